"""What strikes from outside: events at once, shifts for a while."""
