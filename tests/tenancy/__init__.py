"""No organization sees, changes or learns anything of another one."""
