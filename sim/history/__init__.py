"""History: exports of other systems read, fitted, forecast and replayed."""
