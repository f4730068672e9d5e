"""Commands on data: import, fit, forecast, backtest."""
