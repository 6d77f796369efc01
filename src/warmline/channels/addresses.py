"""Which network addresses a channel may reach. Pure.

Whoever can enter an address for a webhook could otherwise have this server ask its own network: its database, the
cloud's metadata, other people's machines. Only what is public on the internet passes; what carries an IPv4 address
inside is judged by that one. The lists are IANA's registries of special-purpose addresses.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

INSIDE = tuple(  # somebody's own network: reached where the operator allows it
    ip_network(net)
    for net in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
NEVER = tuple(  # nobody's, everybody's, of documents; and metadata of clouds, which gives away their keys
    ip_network(net)
    for net in (
        *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32", "168.63.129.16/32"),
        *("fd00:ec2::254/128", "fd20:ce::254/128", "2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20", "5f00::/16"),
    )
)
UNICAST = IPv6Network("2000::/3")  # all that is given out of IPv6
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP = 0x5EFE  # in the middle of an interface's id, before an IPv4 address
ELSEWHERE = "is not on the internet"
OF_ONES_OWN = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")  # names that only a network knows


def refusal(address: str, allow_private: bool = False) -> str | None:
    """Why this address is not reached; None where it may be."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "is no address"
    carried = _carried(parsed)
    return (_why(carried, allow_private) if carried else None) or (
        None if _is_but_a_coat(parsed) else _why(parsed, allow_private)
    )


def refused_host(host: str, allow_private: bool = False) -> str | None:
    """Why this host is not reached, as far as its writing tells: an address in any form, a name of a network's own.

    What a name leads to is known only when it is looked up, which is done, and checked, at each attempt.
    """
    plain = host.strip("[]").rstrip(".").lower()
    if written := _written(plain):
        why = refusal(written, allow_private)
        return f"{plain} {'' if plain == written else f'is {written}, which '}{why}" if why else None
    inside = "." not in plain or any(f".{plain}".endswith(f".{one}") for one in OF_ONES_OWN)
    return f"{plain} is a name inside a network of somebody’s own" if inside and not allow_private else None


def _written(host: str) -> str | None:
    """The address that a host spells: 127.1, 2130706433 and 0x7f000001 are all 127.0.0.1 to a resolver."""
    for read in (ipaddress.ip_address, lambda text: ipaddress.ip_address(socket.inet_aton(text))):
        try:
            return str(read(host))
        except (ValueError, OSError):
            continue
    return None


def _why(one: Address, allow_private: bool) -> str | None:
    if _in(one, NEVER) or one.is_multicast or one.is_unspecified or one.is_link_local:
        return ELSEWHERE
    if _in(one, INSIDE):
        return None if allow_private else "is inside a network of somebody’s own"
    if isinstance(one, IPv6Address) and one not in UNICAST:
        return ELSEWHERE
    return None if one.is_global else ELSEWHERE


def _in(one: Address, nets: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(one.version == net.version and one in net for net in nets)


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads on to."""
    if isinstance(address, IPv4Address):
        return None
    if _is_but_a_coat(address) or (int(address) >> 32) & 0xFFFF == ISATAP:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_but_a_coat(address: Address) -> bool:
    """Whether it is only another way to write an IPv4 address, or to reach it from a network without any."""
    return isinstance(address, IPv6Address) and (address.ipv4_mapped is not None or address in NAT64)
