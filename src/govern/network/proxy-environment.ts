// How programs are told of a proxy, by runtime: variables, and files where variables do not do.

/** What one runtime reads. */
export type RuntimeProxy = {
  readonly runtime: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly notes: readonly string[];
};

/** Reached past every proxy: hooks of this machine must not pass one (X.74). */
export const OWN_NAMES = ["localhost", "127.0.0.1", "::1"] as const;

/** What each runtime is told of a proxy. `except`: names and domains that are reached directly, domains with a dot in front. */
export function proxyEnvironment(proxy: URL, except: readonly string[]): readonly RuntimeProxy[] {
  const url = proxy.href.replace(/\/$/, "");
  const direct = [...new Set([...OWN_NAMES, ...except])];
  const without = direct.join(",");
  const [host, port] = [proxy.hostname, proxy.port === "" ? "80" : proxy.port];
  const java = ["http", "https"].flatMap((one) => [
    `-D${one}.proxyHost=${host}`,
    `-D${one}.proxyPort=${port}`,
  ]);
  const nonProxy = direct.map((name) => (name.startsWith(".") ? `*${name}` : name)).join("|");
  const hasLogin = proxy.username !== "";
  const docker = { proxies: { default: { httpProxy: url, httpsProxy: url, noProxy: without } } };
  const of = (
    runtime: string,
    variables: Readonly<Record<string, string>>,
    notes: readonly string[] = [],
    files: RuntimeProxy["files"] = [],
  ): RuntimeProxy => ({ runtime, variables, files, notes });
  return [
    of(
      "all",
      {
        HTTPS_PROXY: url,
        https_proxy: url,
        HTTP_PROXY: url,
        http_proxy: url,
        NO_PROXY: without,
        no_proxy: without,
      },
      [
        "both cases: curl reads `http_proxy` in small letters alone, and other programs the capitals first",
        "the client reads these, and no proxy of SOCKS; put them into managed settings (`proxy` of the site's parameters), so that no repository names another",
      ],
    ),
    of("node", { NODE_USE_ENV_PROXY: "1" }, [
      "from Node 22.21 and 24 on; before, node's own `fetch` and `https` ask no proxy and reach nothing",
    ]),
    of("python", {}, ["urllib, requests and httpx read the variables of `all`"]),
    of("go", {}, ["net/http reads the variables of `all`, and asks no proxy for localhost"]),
    of("java", { JAVA_TOOL_OPTIONS: [...java, `-Dhttp.nonProxyHosts=${nonProxy}`].join(" ") }, [
      ...(hasLogin
        ? [
            "java sends no credentials for tunnels unless `jdk.http.auth.tunneling.disabledSchemes` is emptied",
          ]
        : []),
    ]),
    of("git", {}, [
      "https remotes read the variables of `all`; ssh remotes ask no proxy: rewrite them with `git config --global url.https://HOST/.insteadOf git@HOST:`",
    ]),
    of("npm", { npm_config_proxy: url, npm_config_https_proxy: url, npm_config_noproxy: without }),
    of("pip", { PIP_PROXY: url }),
    of("cargo", { CARGO_HTTP_PROXY: url, CARGO_NET_GIT_FETCH_WITH_CLI: "true" }),
    of(
      "docker",
      {},
      [
        "the client hands these to builds and containers; the engine itself has its own, in its service",
      ],
      [{ path: "~/.docker/config.json", text: `${JSON.stringify(docker, null, 2)}\n` }],
    ),
  ];
}

/** Names of the runtimes. */
export const PROXY_RUNTIMES = [
  ...["all", "node", "python", "go", "java", "git", "npm", "pip", "cargo", "docker"],
] as const;
