// The company's proxy behind the egress proxy: the one that a person named, or that this process's variables name.
import { Failure } from "#base/failure.ts";
import { DIRECT_VARIABLES, type ProxyChoice, proxyChoice } from "../gateway/proxy-choice.ts";
import { proxyLogin } from "../gateway/proxy-login.ts";
import { namedProxy } from "../gateway/upstream-settings.ts";

const NONE = "none";
const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/i;
/** A host that nobody has: the way to it is that to every host. */
const ANY_HOST = "any.invalid";

/** What a person said of it. */
export type CompanyWish = {
  readonly proxy: string | undefined;
  readonly login: string | undefined;
};

/** The choice for each host, and words for the person; none where hosts are reached directly. */
export type CompanyWay = { readonly choice: ProxyChoice; readonly words: string | undefined };

/**
 * Reads it. Rejects with a Failure where the proxy is of a kind that nobody here speaks, or is ourselves, or its credentials
 * cannot be read: going another way would be a surprise.
 */
export async function companyWay(
  { proxy, login }: CompanyWish,
  environment: Readonly<Record<string, string | undefined>>,
  ownPort: number,
): Promise<CompanyWay> {
  if (proxy === NONE) return { choice: () => "direct", words: undefined };
  if (proxy !== undefined) namedProxy(proxy);
  const isDirect = (name: string): boolean => DIRECT_VARIABLES.some((one) => one === name);
  const choice = proxyChoice((name) =>
    proxy === undefined || isDirect(name) ? environment[name] : proxy,
  );
  const named = [443, 80].map((port) => choice(ANY_HOST, port));
  const found = named.filter((one) => one !== "direct");
  const from = proxy === undefined ? "the variables of proxies" : "`--proxy`";
  for (const one of found) {
    if (one === "unknown-kind")
      throw new Failure(
        "usage",
        `${from} name a proxy of a kind that is not spoken here: give \`--proxy http://HOST:PORT\`, or \`--proxy none\``,
      );
    if (LOOPBACK.test(one.host) && one.port === ownPort)
      throw new Failure(
        "usage",
        `${from} name this proxy itself: give \`--proxy none\`, or another \`--port\``,
      );
  }
  const [first] = found;
  if (first === undefined || first === "unknown-kind") {
    if (login === undefined) return { choice, words: undefined };
    throw new Failure("usage", "`--proxy-login` needs a proxy: name it with `--proxy`");
  }
  const authorization = login === undefined ? undefined : await proxyLogin(login);
  return {
    choice(host, port) {
      const one = choice(host, port);
      return typeof one === "string" || authorization === undefined
        ? one
        : { ...one, authorization };
    },
    words: `hosts are reached through the company's proxy ${first.host}:${first.port} (${from})`,
  };
}
