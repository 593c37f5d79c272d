// Why the egress proxy lets something not through: words for the record, a status, and a line that says what to do.

const TEXTS = {
  denied: [403, "is denied"],
  host: [403, "is no host that may be reached; allow it in the policy, or with `--allow`"],
  port: [403, "is not reached at this port; name the port with the host"],
  literal: [
    403,
    "is an address, and only names and addresses that a rule names are reached; ask by name",
  ],
  spelling: [403, "is an address in a spelling that programs read differently; write it as usual"],
  method: [
    403,
    "may only be read here, and in a tunnel nobody sees what is asked; ask by plain HTTP with GET",
  ],
  path: [
    403,
    "is reached at named paths alone, and this is none of them, or nobody sees it in this tunnel; see `--inspect`",
  ],
  upgrade: [
    403,
    "is asked to go on with another protocol, which is not inspected; put the host into `--inspect-except` if that is meant",
  ],
  certificate: [
    502,
    "shows a certificate that cannot be verified; trust its authority by NODE_EXTRA_CA_CERTS of the proxy",
  ],
  "client-certificate": [
    502,
    "wants a certificate of the client, which does not go through inspection; put it into `--inspect-except`",
  ],
  "not-trusted": [
    403,
    "is inspected, and the program does not trust the organisation's authority or is pinned; put it into `--inspect-except`",
  ],
  address: [
    403,
    "leads to an address of this machine or of the network around it; name the network in a rule if that is meant",
  ],
  "host-header": [
    403,
    "and the Host header do not name the same place; ask for one host at a time",
  ],
  "server-name": [403, "is not the name in the TLS handshake; ask for the host that is meant"],
  "hidden-name": [
    403,
    "is asked for with an encrypted name, which nobody could compare; switch ECH off",
  ],
  protocol: [
    403,
    "is spoken to with neither TLS nor HTTP; a rule with `=raw` lets other protocols through",
  ],
  nobody: [
    407,
    "is asked for without a session's credentials, or with wrong ones; take those of `sallyport network env`",
  ],
  "unknown-name": [502, "has no address"],
  unreachable: [502, "could not be reached"],
  "proxy-login": [
    502,
    "is behind the company's proxy, which wants other credentials; give them with `--proxy-login`",
  ],
  "proxy-refused": [
    502,
    "is not reached: the company's proxy opened no way to it; ask its keepers to let it through",
  ],
  "proxy-silent": [
    502,
    "is behind the company's proxy, which cannot be reached or does not answer; look at `--proxy` and the variables of proxies",
  ],
  "proxy-kind": [
    502,
    "is behind a proxy of a kind that is not spoken here; give `--proxy http://HOST:PORT`",
  ],
  malformed: [400, "cannot be told: this is no request to a proxy that can be read in one way"],
  slow: [408, "was asked for too slowly"],
  busy: [503, "has to wait: too many connections at once"],
  closed: [503, "is not reached: the policy cannot be read, so nothing is; repair it"],
} as const satisfies Readonly<Record<string, readonly [status: number, text: string]>>;

/** A word for why something was refused. */
export type EgressRefusal = keyof typeof TEXTS;

/** The status of HTTP that goes with it. */
export function statusOf(why: EgressRefusal): number {
  return TEXTS[why][0];
}

/** A line for people. `place` is of a form that was read, so it can be told. */
export function refusalLine(why: EgressRefusal, place: string | undefined, by?: string): string {
  const rule = by === undefined || why !== "denied" ? "" : ` by ${by}`;
  return `refused by sallyport: ${place ?? "the host"} ${TEXTS[why][1]}${rule}`;
}
