"""The screens as Streamlit runs them: a file each, with one line."""
