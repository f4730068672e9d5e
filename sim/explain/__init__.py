"""Why a run went as it did: decisions and events in words."""
