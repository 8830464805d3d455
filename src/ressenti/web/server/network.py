"""Under which network address is a client counted?"""

from ipaddress import IPv6Address, ip_address, ip_network


def network(place: str) -> str:
    """Return the place tries are counted by: an IPv4 address, or the network that one IPv6 customer has."""
    try:
        address = ip_address(place)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped  # how an IPv4 address comes to a server that listens on both
        return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
    return str(address)
