"""When agents act: step by step, or each when its time comes; and the times of weeks, holidays and paydays."""
