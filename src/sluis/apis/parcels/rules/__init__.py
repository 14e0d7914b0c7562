"""What parcels are bound to: barcodes, and which version of which API there is."""
