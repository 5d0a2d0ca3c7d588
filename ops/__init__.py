"""The operators' command ``seba``: one file per group of commands, over the same services the functions use."""
