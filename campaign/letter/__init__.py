"""The text people sign: its versions, its languages, the days it is open, to whom it is addressed."""
