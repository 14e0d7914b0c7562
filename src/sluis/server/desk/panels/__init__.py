"""What the desk sees beside a ticket, and does with one click: a module for each kind."""
