"""The Processing provider `ile`: each algorithm is a task of the register."""
