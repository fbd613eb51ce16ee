# +genclient

x = 1
