"""Input from files: services, signals, customers and actuals from CSV, whole or not at all."""
