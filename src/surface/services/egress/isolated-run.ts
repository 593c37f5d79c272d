// A command in the project's generated isolation whose only way out is an egress proxy: the proxy listens in the command's own network.
import { TRUSTING_ALL } from "#base/contained-caches.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import { START_MS_MAX } from "#base/waits.ts";
import { hasOwnNetwork, onlyChild } from "#platform/namespaces.ts";
import { temporaryDirectory } from "#platform/user.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { LOOPBACK_UP } from "../hold/room.ts";
import { listenInRoom } from "../hold/hosts/room-listener.ts";
import { planFor } from "../sandbox/plan-for.ts";
import { writePlan } from "../sandbox/write-plan.ts";
import type { EgressProxy } from "./egress-proxy.ts";

const LOOK_MS = 20;
const [UNSHARE, SETPRIV, NSENTER] = ["/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/nsenter"];
/**
 * Enters a network for the run alone, and gives up the rights there. WHY not the network that bubblewrap makes: with further user
 * namespaces off it belongs to one that no process is in, so nobody but root could listen there.
 */
const ENTER = ["--user", "--map-current-user", "--keep-caps", "--net", "--"];
const IN_NETWORK = `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${LOOPBACK_UP}; exec ${SETPRIV} --ambient-caps=-all --inh-caps=-all -- "$@"`;
/** Where certificates lie inside, in memory. */
const TRUST_FILE = "/tmp/egress-ca.pem";
/** Waits for the proxy's address and certificates that may follow it, and then becomes the command. */
const WAIT = `IFS= read -r P <&3 || exit 125; T=${TRUST_FILE}; cat <&3 >"$T" || exit 125; exec 3<&-; if [ -s "$T" ]; then ${TRUSTING_ALL.map((name) => `export ${name}="$T";`).join(" ")} else rm -f "$T"; fi; [ "$1" = ask ] && shift && exec "$@" "$P"; export HTTPS_PROXY="$P" https_proxy="$P" HTTP_PROXY="$P" http_proxy="$P" NODE_USE_ENV_PROXY=1 NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1; shift; exec "$@"`;

/** What runs inside. `stdio` of the first three; the fourth is ours. */
export type IsolatedRun = {
  readonly project: string;
  readonly directories: Directories;
  readonly policy: string | undefined;
  readonly command: readonly string[];
  /** `ask`: the command gets the proxy's address as its last word, and no variables. */
  readonly how: "ask" | "variables";
  readonly stdio: "inherit" | "pipe";
  /** User and password of the proxy. */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  readonly proxy: EgressProxy;
  /** Certificates that programs inside are to trust, PEM. */
  readonly trust?: string | undefined;
};

/** Starts it. Throws a Failure where bubblewrap does not start, or nothing can listen in there; then nothing runs on. */
export async function runIsolated(
  run: IsolatedRun,
): Promise<{ readonly child: ChildProcess; clear(): void }> {
  const { project, directories, policy, command, how, stdio, login, proxy } = run;
  const none = { tier: undefined, proxy: undefined, image: undefined, client: undefined };
  const { planned } = await planFor({
    project,
    directories,
    policy,
    target: "bwrap",
    joinsNetwork: true,
    ...none,
    registry: undefined,
    keyFile: undefined,
    masked: [],
  });
  const folder = mkdtempSync(join(temporaryDirectory(), "sallyport-network-"));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  const jail = join(folder, "jail");
  try {
    writePlan(jail, planned.files);
  } catch (cause) {
    clear();
    throw cause;
  }
  const words = [
    ...ENTER,
    ...["/bin/sh", "-c", IN_NETWORK, "sh", join(jail, "isolated")],
    ...["/bin/sh", "-c", WAIT, "sh", how, ...command],
  ];
  const child = spawn(UNSHARE, words, {
    cwd: project,
    stdio: [stdio === "pipe" ? "ignore" : stdio, stdio, stdio, "pipe"],
  });
  child.once("close", clear);
  const fail = (why: string): Failure => {
    child.kill("SIGKILL");
    clear();
    return new Failure("isolation", why);
  };
  const broken = new Promise<never>((_, reject) => {
    child.once("error", () => reject(fail("`unshare` of `util-linux` could not be started")));
    child.once("exit", () =>
      reject(
        fail(
          "the isolation did not start; try `sallyport sandbox probe` and look at what bubblewrap says",
        ),
      ),
    );
  });
  broken.catch(() => undefined);
  const isWaiting = await Promise.race([broken, waits(child)]);
  const listener =
    isWaiting && child.pid !== undefined ? await listenInRoom(child.pid, NSENTER) : undefined;
  if (listener === undefined)
    throw fail(
      "nothing can listen in the network of the isolation; `nsenter` and `ip` have to be there",
    );
  proxy.listenIn(listener.server);
  const credentials = login === undefined ? "" : `${login.user}:${login.password}@`;
  const pipe = child.stdio[3];
  if (pipe !== null && pipe !== undefined && "write" in pipe) {
    pipe.on("error", () => undefined);
    pipe.end(`http://${credentials}127.0.0.1:${listener.port}\n${run.trust ?? ""}`);
  }
  return { child, clear };
}

/** Whether the command waits inside: bubblewrap's first process then has it below it, and the network around both stands. */
async function waits({ pid }: ChildProcess): Promise<boolean> {
  for (const start = Date.now(); pid !== undefined && Date.now() - start < START_MS_MAX; ) {
    const first = onlyChild(pid);
    if (first !== undefined && onlyChild(first) !== undefined && hasOwnNetwork(pid)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
