"""What every page needs: looks, words, state, jobs and uploads."""
