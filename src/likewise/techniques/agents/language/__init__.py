"""What rules are written in: functions with one result on numbers, on whole columns and compiled."""
