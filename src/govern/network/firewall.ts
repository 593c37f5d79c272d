// Firewalls of a machine: everything is dropped that does not go through the proxy, in both families, name look-ups too (M9.11, X.35).
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { isIPv4, namedNetwork } from "./host-form.ts";

/** What may go out. Addresses and networks, never names: a name that is looked up once leads elsewhere later. */
export type FirewallWish = {
  /** The account under which the proxy runs here; it alone goes out. */
  readonly user: string | undefined;
  /** A proxy elsewhere, `ADDRESS:PORT`. */
  readonly proxy: string | undefined;
  /** Resolvers that are asked: by the account of the proxy alone, where there is one. */
  readonly resolvers: readonly string[];
  /** Networks that everybody here reaches. */
  readonly networks: readonly string[];
};

type Place = { readonly address: string; readonly bits: number; readonly port?: number };
type Places = {
  readonly user: string | undefined;
  readonly proxies: readonly Place[];
  readonly resolvers: readonly Place[];
  readonly networks: readonly Place[];
};

const ACCOUNT = /^[a-z_][a-z0-9_-]{0,30}$/;

function placesOf({ user, proxy, resolvers, networks }: FirewallWish): Places {
  if (user === undefined && proxy === undefined)
    throw new Failure(
      "usage",
      "name who goes out: `--user ACCOUNT` of the proxy on this machine, or `--proxy ADDRESS:PORT`",
    );
  if (user !== undefined && !ACCOUNT.test(user))
    throw new Failure("usage", `\`${printable(user)}\` is no name of an account`);
  const [, address = "", port = "0"] = /^(.*):(\d{1,5})$/.exec(proxy ?? "") ?? [];
  const place = (word: string, what: string): Place => {
    const found = namedNetwork(word);
    if (found === undefined)
      throw new Failure(
        "usage",
        `\`${printable(word)}\` is no address: a firewall takes ${what} as an address, because a name leads elsewhere later`,
      );
    return found;
  };
  if (proxy !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    throw new Failure(
      "usage",
      "`--proxy` is an address and a port, such as 10.0.0.5:3128 or [fd00::5]:3128",
    );
  return {
    user,
    proxies: proxy === undefined ? [] : [{ ...place(address, "the proxy"), port: Number(port) }],
    resolvers: resolvers.map((word) => place(word, "a resolver")),
    networks: networks.map((word) => place(word, "a network")),
  };
}

const isFour = ({ address }: Place): boolean => isIPv4(address);
const text = ({ address, bits }: Place): string =>
  bits === (isIPv4(address) ? 32 : 128) ? address : `${address}/${bits}`;

/** Rules of nftables, to be loaded with `nft -f`: loading them twice is as loading them once. Throws Failure `usage`. */
export function nftables(wish: FirewallWish): string {
  const { user, proxies, resolvers, networks } = placesOf(wish);
  const sets = (name: string, places: readonly Place[]): readonly string[] =>
    ([4, 6] as const).flatMap((family) => {
      const own = places.filter((one) => isFour(one) === (family === 4)).map(text);
      const elements = own.length === 0 ? [] : [`    elements = { ${own.join(", ")} }`];
      return [
        `  set ${name}${family} {`,
        `    type ipv${family}_addr`,
        "    flags interval",
        ...elements,
        "  }",
      ];
    });
  const who = user === undefined ? "" : `meta skuid "${user}" `;
  const proxyLines = proxies.map(
    (one) =>
      `    ${isFour(one) ? "ip" : "ip6"} daddr ${one.address} tcp dport ${one.port} counter accept`,
  );
  return [
    "#!/usr/sbin/nft -f",
    "# Everything that leaves this machine is dropped unless it goes through the proxy. Look at it first: nft -c -f FILE",
    "# It takes the place of its own table alone. Taken back by: nft delete table inet sallyport_egress",
    "table inet sallyport_egress",
    "delete table inet sallyport_egress",
    "table inet sallyport_egress {",
    ...sets("resolvers", resolvers),
    ...sets("networks", networks),
    "  # At once, so that nothing waits for an answer that never comes.",
    "  chain refused {",
    "    meta l4proto tcp counter reject with tcp reset",
    "    counter reject with icmpx admin-prohibited",
    "  }",
    "  chain output {",
    "    type filter hook output priority filter; policy drop;",
    '    oifname "lo" accept',
    "    ct state established,related accept",
    "    # Neighbours of IPv6, without which nothing of it works; no echo, which carries data.",
    "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept",
    ...["4", "6"].flatMap((family) => {
      const daddr = family === "4" ? "ip daddr" : "ip6 daddr";
      return [
        `    ${who}${daddr} @resolvers${family} meta l4proto { tcp, udp } th dport 53 counter accept`,
        `    ${daddr} @networks${family} counter accept`,
      ];
    }),
    "    # Names asked of anybody else, and DNS over TLS.",
    "    meta l4proto { tcp, udp } th dport { 53, 853 } jump refused",
    ...proxyLines,
    ...(user === undefined ? [] : [`    meta skuid "${user}" meta l4proto { tcp } counter accept`]),
    '    limit rate 10/minute log prefix "sallyport-egress: "',
    "    jump refused",
    "  }",
    "  # Containers and virtual machines of this machine: theirs is no account here, so that none of it is the proxy's.",
    "  chain forward {",
    "    type filter hook forward priority filter; policy drop;",
    "    ct state established,related accept",
    "    ip daddr @networks4 counter accept",
    "    ip6 daddr @networks6 counter accept",
    ...proxyLines,
    "    jump refused",
    "  }",
    "}",
    "",
  ].join("\n");
}

/** The same for `iptables-restore` and `ip6tables-restore`: a file for each family. Throws Failure `usage`. */
export function iptables(wish: FirewallWish): { readonly v4: string; readonly v6: string } {
  const places = placesOf(wish);
  return { v4: family(places, true), v6: family(places, false) };
}

function family({ user, proxies, resolvers, networks }: Places, isV4: boolean): string {
  const own = (list: readonly Place[]): readonly Place[] =>
    list.filter((one) => isFour(one) === isV4);
  const who = user === undefined ? "" : ` -m owner --uid-owner ${user}`;
  const proxyRules = (chain: string): readonly string[] =>
    own(proxies).map((one) => `-A ${chain} -p tcp -d ${text(one)} --dport ${one.port} -j ACCEPT`);
  const networkRules = (chain: string): readonly string[] =>
    own(networks).map((one) => `-A ${chain} -d ${text(one)} -j ACCEPT`);
  const reject = `REJECT --reject-with ${isV4 ? "icmp-admin-prohibited" : "icmp6-adm-prohibited"}`;
  const neighbours = [133, 135, 136].map(
    (type) => `-A SALLYPORT_OUT -p icmpv6 --icmpv6-type ${type} -j ACCEPT`,
  );
  return [
    `# Load with: ${isV4 ? "iptables" : "ip6tables"}-restore --noflush FILE; look at it first with --test. Both files are needed: one family alone leaves the other open.`,
    "*filter",
    ":SALLYPORT_NO - [0:0]",
    ":SALLYPORT_OUT - [0:0]",
    ":SALLYPORT_FORWARD - [0:0]",
    ":OUTPUT DROP [0:0]",
    ":FORWARD DROP [0:0]",
    "-F SALLYPORT_NO",
    "-A SALLYPORT_NO -p tcp -j REJECT --reject-with tcp-reset",
    `-A SALLYPORT_NO -j ${reject}`,
    "-F SALLYPORT_OUT",
    "-F SALLYPORT_FORWARD",
    "-F OUTPUT",
    "-F FORWARD",
    "-A OUTPUT -j SALLYPORT_OUT",
    "-A FORWARD -j SALLYPORT_FORWARD",
    "-A SALLYPORT_OUT -o lo -j ACCEPT",
    "-A SALLYPORT_OUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    ...(isV4 ? [] : neighbours),
    ...own(resolvers).flatMap((one) =>
      ["udp", "tcp"].map(
        (protocol) => `-A SALLYPORT_OUT -p ${protocol} -d ${text(one)} --dport 53${who} -j ACCEPT`,
      ),
    ),
    ...networkRules("SALLYPORT_OUT"),
    ...["udp", "tcp"].map(
      (protocol) => `-A SALLYPORT_OUT -p ${protocol} -m multiport --dports 53,853 -j SALLYPORT_NO`,
    ),
    ...proxyRules("SALLYPORT_OUT"),
    ...(user === undefined ? [] : [`-A SALLYPORT_OUT -p tcp${who} -j ACCEPT`]),
    "-A SALLYPORT_OUT -j SALLYPORT_NO",
    "-A SALLYPORT_FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    ...networkRules("SALLYPORT_FORWARD"),
    ...proxyRules("SALLYPORT_FORWARD"),
    "-A SALLYPORT_FORWARD -j SALLYPORT_NO",
    "COMMIT",
    "",
  ].join("\n");
}
