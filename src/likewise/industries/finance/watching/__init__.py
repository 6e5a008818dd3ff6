"""What a bank sees of fraud: alerts, reports, and the labels that analysts give, late and not always right."""
