// Trials with the network: connections that are closed at once, names that are asked for, and what a proxy lets through.
import { Resolver } from "node:dns/promises";
import { connect, type NetConnectOpts } from "node:net";
import type { ProbeArea } from "#govern/sandbox/probe-areas.ts";
import type { ProbeOutcome, Trial } from "#govern/sandbox/probe-report.ts";
import { listeningPorts } from "#platform/namespaces.ts";
import { errorCode } from "../../foundation/files/private-file.ts";

/** A connection that takes longer is taken for none: whoever drops packets answers nothing. */
const CONNECT_MS_MAX = 2_000;
/** Public resolvers, by literal address: they answer on these ports from everywhere. */
const PUBLIC = [
  { host: "1.1.1.1", port: 443 },
  { host: "8.8.8.8", port: 53 },
  { host: "9.9.9.9", port: 80 },
  { host: "2606:4700:4700::1111", port: 443 },
] as const;
/** Where clouds hand out credentials of the machine. */
const METADATA = [
  { host: "169.254.169.254", port: 80 },
  { host: "fd00:ec2::254", port: 80 },
] as const;
/** A host that no list of a project has, reserved for examples (RFC 2606). */
const FOREIGN = "example.com";
const PUBLIC_RESOLVER = "1.1.1.1";
/** Ports of usual services: login, mail, databases, engines, dashboards. */
const USUAL_PORTS = [
  22, 25, 80, 111, 443, 631, 2375, 2376, 3000, 3306, 5000, 5432, 5672, 6379, 6443, 8000, 8080, 8443,
  8888, 9000, 9200, 10250, 11211, 27017,
];
const PORTS_MAX = 96;

/** How one connection ended. */
type Ending = Pick<Trial, "outcome" | "errno" | "note">;

/** Connects and closes at once; `speak` is asked what an answer to `say` means. */
function tryConnection(
  to: NetConnectOpts,
  talk?: { readonly say: string; readonly means: (answer: string) => Ending },
): Promise<Ending> {
  return new Promise((settle) => {
    const socket = connect(to);
    let answer = "";
    const end = (ending: Ending) => {
      clearTimeout(timer);
      socket.destroy();
      settle(ending);
    };
    const timer = setTimeout(
      () => end({ outcome: "refused", errno: "ETIMEDOUT", note: "no answer within two seconds" }),
      CONNECT_MS_MAX,
    );
    socket.on("error", (error) => end(refusal(error)));
    socket.on("close", () => end({ outcome: "refused", note: "closed without an answer" }));
    socket.on("connect", () => {
      if (talk === undefined) end({ outcome: "reachable" });
      else socket.write(talk.say);
    });
    socket.on("data", (bytes: Buffer) => {
      answer += bytes.subarray(0, 1_024).toString("latin1");
      if (talk !== undefined && (answer.includes("\n") || answer.length > 1_024))
        end(talk.means(answer));
    });
  });
}

function refusal(error: unknown): Ending {
  const errno = errorCode(error) ?? "EUNKNOWN";
  const absent = ["ENOENT", "ENOTDIR", "ENOTSOCK"].includes(errno);
  return { outcome: absent ? "absent" : "refused", errno };
}

/** TCP to one address. */
export async function reach(area: ProbeArea, host: string, port: number): Promise<Trial> {
  const target = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return { area, act: "connect", target, ...(await tryConnection({ host, port, ...NAMES })) };
}

/** WHY: a name is looked up by this process alone, so that a resolver that never answers does not hold it up. */
const NAMES = {
  lookup: (
    name: string,
    _: unknown,
    done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
  ) => {
    resolver()
      .resolve4(name)
      .then(
        ([address = ""]) => done(null, address, 4),
        (error: NodeJS.ErrnoException) => done(error, "", 4),
      );
  },
} as const;

/** A socket of this machine by its path; names that begin with `@` are abstract. */
export async function reachSocket(area: ProbeArea, path: string, shown = path): Promise<Trial> {
  const ending = await tryConnection({ path: path.startsWith("@") ? `\0${path.slice(1)}` : path });
  const isDead = ending.errno === "ECONNREFUSED";
  return {
    area,
    act: "connect",
    target: shown,
    ...ending,
    ...(isDead ? { outcome: "absent", note: "nobody listens on it" } : {}),
  };
}

function resolver(server?: string): Resolver {
  const asked = new Resolver({ timeout: 1_500, tries: 1 });
  if (server !== undefined) asked.setServers([server]);
  return asked;
}

async function resolve(server: string | undefined): Promise<Trial> {
  const target = server === undefined ? FOREIGN : `${FOREIGN} at ${server}`;
  const base = { area: "dns", act: "resolve", target } as const;
  try {
    await resolver(server).resolve4(FOREIGN);
    return { ...base, outcome: "reachable" };
  } catch (error) {
    const code = errorCode(error) ?? "";
    // A server that says that there is none was asked, and answered.
    const isAnswered = code === "ENOTFOUND" || code === "ENODATA";
    const errno = /^E[A-Z0-9_]+$/.test(code) ? { errno: code } : {};
    return { ...base, outcome: isAnswered ? "reachable" : "refused", ...errno };
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy that programs are told of; undefined where there is none, or it is no HTTP proxy. */
export function proxyOf(environment: Variables): URL | undefined {
  for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"]) {
    const value = environment[name];
    const url = value && URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === "http:") return url;
  }
  return undefined;
}

/** Asks the proxy for hosts that nobody listed. */
async function throughProxy(environment: Variables): Promise<readonly Trial[]> {
  const proxy = proxyOf(environment);
  const base = { area: "proxy", act: "connect" } as const;
  if (proxy === undefined)
    return [{ ...base, target: FOREIGN, outcome: "absent", note: "no HTTP proxy is named" }];
  const port = Number(proxy.port || 80);
  const login = proxy.username
    ? `Proxy-Authorization: Basic ${Buffer.from(
        `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`,
      ).toString("base64")}\r\n`
    : "";
  return Promise.all(
    [`${FOREIGN}:443`, `${PUBLIC_RESOLVER}:443`, "169.254.169.254:80"].map(async (to) => ({
      ...base,
      target: `${to} by the proxy at ${proxy.hostname}:${port}`,
      ...(await tryConnection(
        { host: proxy.hostname.replace(/^\[|\]$/g, ""), port },
        {
          say: `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n${login}\r\n`,
          means: (answer) => {
            const status = /^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1];
            return status?.startsWith("2") === true
              ? { outcome: "reachable" }
              : { outcome: "refused", note: `the proxy answers ${status ?? "no HTTP"}` };
          },
        },
      )),
    })),
  );
}

/** Services that listen on this machine, as one trial. The named proxy is none of them. */
async function loopback(environment: Variables): Promise<Trial> {
  const own = [...new Set(PROXIES.map((name) => environment[name]))].flatMap((value) =>
    value && URL.canParse(value) ? [Number(new URL(value).port)] : [],
  );
  const ports = [...new Set([...listeningPorts("self"), ...USUAL_PORTS])]
    .filter((port) => !own.includes(port))
    .slice(0, PORTS_MAX);
  const endings = await Promise.all(
    ports.flatMap((port) =>
      ["127.0.0.1", "::1"].map(async (host) => ({
        port,
        ...(await tryConnection({ host, port })),
      })),
    ),
  );
  const open = [...new Set(endings.filter(isReached).map(({ port }) => port))];
  const base = { area: "loopback", act: "connect" } as const;
  const target = `${ports.length} ports of 127.0.0.1 and ::1`;
  if (open.length > 0)
    return { ...base, target, outcome: "reachable", note: `ports ${open.join(", ")}` };
  const isFree = endings.every(
    ({ errno }) => errno === "ECONNREFUSED" || errno === "EADDRNOTAVAIL",
  );
  return isFree
    ? { ...base, target, outcome: "absent", errno: "ECONNREFUSED", note: "nobody listens" }
    : { ...base, target, outcome: "refused", errno: endings.find(isBarred)?.errno ?? "EACCES" };
}

const PROXIES = [
  ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
  ...["FTP_PROXY", "ftp_proxy", "GRPC_PROXY", "grpc_proxy", "RSYNC_PROXY", "DOCKER_HTTPS_PROXY"],
];
const isReached = ({ outcome }: { readonly outcome: ProbeOutcome }) => outcome === "reachable";
const isBarred = ({ errno }: { readonly errno?: string | undefined }) => errno !== "ECONNREFUSED";

/** All of it at once: some seconds in the worst case. */
export async function networkTrials(environment: Variables): Promise<readonly Trial[]> {
  const found = await Promise.all([
    ...PUBLIC.map(({ host, port }) => reach("internet", host, port)),
    ...METADATA.map(({ host, port }) => reach("metadata", host, port)),
    ...[undefined, PUBLIC_RESOLVER].map(resolve),
    throughProxy(environment),
    loopback(environment),
  ]);
  return found.flat();
}
