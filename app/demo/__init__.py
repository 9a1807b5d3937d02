"""The example agency: invented people, and the processes that show them."""
