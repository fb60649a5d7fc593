"""What a `hall.toml` must have at least, for judges that need a hall and not a big one: one service at window 3."""

PLACES = """
[[areas]]
code = "A"
name = "A区"
floor = 1

[[departments]]
code = "shebao"
name = "社会保险"
area = "A"

[[services]]
code = "canbao"
name = "社保参保登记"
department = "shebao"
prefix = "A"
class = "ordinary"

[[windows]]
number = 3
name = "社保窗口"
area = "A"
serves = ["canbao"]
"""
