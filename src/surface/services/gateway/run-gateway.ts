// The gateway as this process's whole purpose: one in a data directory, until it is asked to end.
import { Failure } from "#base/failure.ts";
import { portHolder } from "#platform/port-holder.ts";
import { onEndRequest, untilAskedToEnd } from "#platform/signals.ts";
import { takeLock } from "../../foundation/files/process-lock.ts";
import { prepareDirectories } from "../../foundation/files/directories.ts";
import { createGatewayAuthority } from "./gateway-authority.ts";
import { createStoredCounter } from "./gateway-counts.ts";
import { type GatewayPlaces, gatewayPlaces, makeOwnFolder } from "./gateway-places.ts";
import { type Gateway, startGateway } from "./gateway-server.ts";
import { readRunningGateway, removeGatewayState, writeGatewayState } from "./gateway-state.ts";
import { isInstallOpen } from "./open-installs.ts";
import { proxyLogin } from "./proxy-login.ts";
import { upstreamTrust, writeTrustFile } from "./trust.ts";
import { connectBy, readUpstreamSettings } from "./upstream-settings.ts";

/** Exit codes beside 0: it failed, or somebody else has the port. */
const FAILED_EXIT_CODE = 2;
export const STRANGER_EXIT_CODE = 3;
const DEFECT_EXIT_CODE = 70;

/**
 * Runs the gateway of a data directory until SIGTERM or SIGINT; gives the exit code, 0 also where one ran already. `say` hears
 * words that hold nothing of any request.
 */
export async function runGateway(
  data: string,
  options: {
    readonly port: number;
    /** A company's certificates, where settings name none. */
    readonly ca?: string | undefined;
    readonly say: (line: string) => void;
  },
): Promise<number> {
  const { port, say } = options;
  // WHY: closing the terminal that started it must not leave installs without a gateway.
  onEndRequest(["hang-up"], () => undefined);
  const asked = untilAskedToEnd();
  const broken = untilBroken(say);
  const { root } = prepareDirectories(data);
  const places = gatewayPlaces(root);
  if (!makeOwnFolder(places.root))
    throw new Failure(
      "gateway-folder",
      `\`${places.root}\` is no folder of yours alone; remove it and try again`,
    );
  const lock = takeLock(places.lockFile);
  if (lock.kind === "elsewhere") throw new Failure("gateway", lock.message);
  if (lock.kind === "busy") return alreadyRuns(root, options);
  try {
    const counter = createStoredCounter(places.countsFile);
    const gateway = await open(root, places, { ...options, counter });
    writeGatewayState(root, gateway.port);
    counter.flush();
    say(`listens on 127.0.0.1:${gateway.port}`);
    const exitCode = await Promise.race([asked.then(() => 0), broken]);
    removeGatewayState(root);
    await gateway.close();
    counter.flush();
    return exitCode;
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "port-taken") throw cause;
    const holder = portHolder(port);
    const who = holder === undefined ? "another program" : holder;
    say(`port ${port} is taken by ${who}; end it, or name another port here and in the settings`);
    return STRANGER_EXIT_CODE;
  } finally {
    lock.release();
  }
}

/** Ends in order on a defect of ours. WHY the kind of error alone is told: its message may quote what somebody sent. */
function untilBroken(say: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    process.on("uncaughtException", (cause) => {
      say(`ends by a defect of its own (${cause.name})`);
      resolve(DEFECT_EXIT_CODE);
    });
  });
}

async function open(
  root: string,
  places: GatewayPlaces,
  options: {
    readonly port: number;
    readonly ca?: string | undefined;
    readonly say: (line: string) => void;
    readonly counter: ReturnType<typeof createStoredCounter>;
  },
): Promise<Gateway> {
  const { port, say, counter } = options;
  const settings = readUpstreamSettings(places.upstreamFile);
  const login = settings.login === undefined ? undefined : await proxyLogin(settings.login);
  const trust = upstreamTrust(settings.ca ?? options.ca);
  if (trust.problem !== undefined) say(trust.problem);
  const authority = createGatewayAuthority(Date.now());
  writeTrustFile(places.trustFile, authority.certificate, trust);
  return startGateway({
    port,
    authority,
    counter,
    authorities: trust.certificates,
    connect: connectBy(settings, login),
    isOpen: () => isInstallOpen(root, Date.now()),
  });
}

function alreadyRuns(
  data: string,
  { port, say }: { readonly port: number; readonly say: (line: string) => void },
): number {
  const running = readRunningGateway(data);
  if (running === undefined || running.port === port) {
    say("runs already, or is starting");
    return 0;
  }
  say(`runs already on port ${running.port}: \`sallyport gateway stop\` first`);
  return FAILED_EXIT_CODE;
}
