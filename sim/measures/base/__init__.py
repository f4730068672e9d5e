"""What every measure needs: the catalogue, the records, the rows and the settings."""
