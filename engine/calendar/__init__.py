"""The office's calendar: its hours and days, working time, and deadlines dated anew after a change."""
