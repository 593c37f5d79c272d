// The dashboard of one data directory with its real parts, and what commands ask of one that runs.
import { randomBytes } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import { join, resolve } from "node:path";
import * as v from "valibot";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { userName } from "#platform/user.ts";
import { dashboardEvent } from "#record/event/dashboard-events.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../foundation/files/directories.ts";
import { packageRoot, productVersion } from "../foundation/product/product.ts";
import { openSpoolRecorder } from "../foundation/record/spool-recorder.ts";
import {
  followDecisions,
  giveOrder,
  probeDaemon,
  readText,
} from "../services/daemon-process/daemon-client.ts";
import type { Install } from "../services/installation/install.ts";
import { readSecret } from "../services/installation/secrets.ts";
import { askLog } from "../services/log/asked-log.ts";
import { takeSpooled } from "../services/log/spooled-events.ts";
import { CONTROL_HEADER, controlHeader } from "./access/control-proof.ts";
import type { DashboardNote } from "./access/dashboard-note.ts";
import { createLogins, type Logins } from "./access/logins.ts";
import type { Role } from "./access/roles.ts";
import { createVouched, type Vouched } from "./access/vouched.ts";
import { readAppFiles } from "./app-files.ts";
import { createLiveHub } from "./context/live-hub.ts";
import { followTeam, type TeamSource } from "./context/team-source.ts";
import type { PublicPlace } from "./access/public-place.ts";
import { createOwnCommands } from "./context/own-command.ts";
import type { DashboardParts } from "./context/parts.ts";
import { readClientSecret, readOidcSettings } from "./oidc/oidc-settings.ts";
import { openProvider } from "./oidc/provider.ts";
import { createProviderLogins } from "./oidc/provider-logins.ts";
import { API_PATH, startDashboard } from "./server.ts";
import {
  clearDashboardState,
  type DashboardState,
  readDashboardState,
  writeDashboardState,
} from "./state-file.ts";

const CONTROL_MS_MAX = 5_000;
const CONTROL_BYTES_MAX = 4_096;
const clock = { nowMs: () => Date.now(), monotonicMs };

export type RunningDashboard = {
  readonly port: number;
  /** Where other machines come in; undefined where none do. */
  readonly publicPort: number | undefined;
  /** A link that logs this person in, once. */
  link(name: string, role: Role): string;
  close(): Promise<void>;
};

/** The app as it was built, also when this runs from source. */
export function builtAppFolder(): string {
  return join(packageRoot(), "dist", "dashboard");
}

export type DashboardOptions = {
  readonly port: number;
  readonly appFolder?: string;
  /** The data are made up, and every page says so. */
  readonly isDemo?: boolean;
  /** What our own commands inherit; this process's own where none is named. */
  readonly environment?: NodeJS.ProcessEnv;
  /** The store of a team, in place of this machine's log; closed with the dashboard. */
  readonly team?: TeamSource | undefined;
  /** Where browsers of other machines come in. */
  readonly place?: PublicPlace | undefined;
};

/** Starts it in this process. Throws a Failure where one runs already, or the port is taken. */
export async function runDashboard(
  install: Install,
  options: DashboardOptions,
): Promise<RunningDashboard> {
  const { directories } = install;
  const running = readDashboardState(directories);
  if (running !== undefined)
    throw new Failure(
      "dashboard",
      `a dashboard runs already (process ${running.pid}, port ${running.port}): \`sallyport dashboard link\` logs you in`,
    );
  const vouched = createVouched(clock);
  const logins = createLogins(clock, (login) => vouched.standing(login));
  const parts = { ...dashboardParts(install, options), logins };
  const server = await startDashboard(
    { ...parts, providerLogins: realProviderLogins(parts, vouched, options) },
    {
      port: options.port,
      files: readAppFiles(options.appFolder ?? builtAppFolder()),
      operatorSecret: readSecret(directories, "operator"),
      onFault: sayProblem,
      place: options.place,
    },
  );
  const { port } = server;
  const url = options.place?.url.origin;
  writeDashboardState(directories, { port, url });
  return {
    port,
    publicPort: server.publicPort,
    link: (name, role) => linkText({ port, url }, parts.logins.link({ name, role })),
    async close() {
      clearDashboardState(directories, process.pid);
      await server.close();
      await options.team?.close();
    },
  };
}

function sayProblem(line: string): void {
  process.stderr.write(`sallyport dashboard: ${line}\n`);
}

/** Logins by the provider of this data directory. A demo has none: whoever looks at made-up data needs no name. */
function realProviderLogins(
  { directories, logins, note }: Pick<DashboardParts, "directories" | "note"> & { logins: Logins },
  vouched: Vouched,
  { isDemo = false, environment = process.env }: DashboardOptions,
) {
  if (isDemo) return undefined;
  return createProviderLogins({
    clock,
    logins,
    vouched,
    note,
    onProblem: sayProblem,
    settings: () => readOidcSettings(directories),
    open: async (settings) =>
      openProvider(settings, { secret: readClientSecret(settings, environment), clock }),
  });
}

/** Where it listens unless told: a bookmark goes on working after a restart. */
export const DASHBOARD_PORT = 7420;

/** A link into the dashboard for whoever sits at this terminal: of one that runs, else of one that is started here. */
export async function startOrFind(
  install: Install,
): Promise<{ readonly link: string; readonly running: RunningDashboard | undefined }> {
  const { directories } = install;
  const person = { name: userName(), role: "administrator" } as const;
  const state = readDashboardState(directories);
  if (state !== undefined)
    return { link: await askForLink(directories, state, person), running: undefined };
  const running = await runDashboard(install, { port: DASHBOARD_PORT }).catch((cause: unknown) => {
    if (!(cause instanceof Failure) || cause.code !== "port-taken") throw cause;
    return runDashboard(install, { port: 0 });
  });
  return { link: running.link(person.name, person.role), running };
}

/** The real parts over an installation. */
export function dashboardParts(
  install: Install,
  {
    isDemo = false,
    environment,
    team,
  }: Pick<DashboardOptions, "isDemo" | "environment" | "team"> = {},
): DashboardParts {
  const { directories } = install;
  const { SALLYPORT_FLEET: fleet = "" } = environment ?? process.env;
  const probe = async () => (await probeDaemon(install)).kind === "ours";
  return {
    directories,
    clock,
    version: productVersion(),
    isDemo,
    team: team?.store,
    environment,
    fleet: fleet === "" ? undefined : resolve(fleet),
    logins: createLogins(clock),
    live:
      team === undefined
        ? createLiveHub((onItem, signal) => followDecisions(install, onItem, signal), probe)
        : createLiveHub(
            (onItem, signal) => followTeam(team.store, onItem, signal),
            () => team.store.size().then(() => true),
          ),
    ask: async (question) => (await askLog(directories, question)).answer,
    async view() {
      await takeSpooled(directories);
      return viewLog(directories.log, directories.keys);
    },
    order: (order) => giveOrder(install, order),
    run: createOwnCommands(directories.root, environment),
    note: (note) => recordNote(directories, clock, note),
  };
}

/** WHY in the fragment: it is sent to no server, and stands in no log of one. */
function linkText(
  { port, url = `http://127.0.0.1:${port}` }: Pick<DashboardState, "port" | "url">,
  token: string,
): string {
  return `${url}/#login=${token}`;
}

/** Asks a dashboard that runs for a link. Throws a Failure when it does not answer. */
export async function askForLink(
  directories: Directories,
  state: DashboardState,
  person: { readonly name: string; readonly role: Role },
): Promise<string> {
  const answer = await control(directories, state, { what: "link", ...person });
  return linkText(state, v.parse(v.object({ token: v.string() }), answer).token);
}

/** Asks it for a code that confirms a change. */
export async function askForCode(directories: Directories, state: DashboardState): Promise<string> {
  const answer = await control(directories, state, { what: "code" });
  return v.parse(v.object({ code: v.string() }), answer).code;
}

/** Has it prove itself first: another program may have its port by now, and learns nothing from a nonce. */
async function control(
  directories: Directories,
  { port }: DashboardState,
  body: Readonly<Record<string, string>>,
): Promise<unknown> {
  const secret = readSecret(directories, "operator");
  const nonce = randomBytes(32).toString("hex");
  const challenged = await send(port, `/control/challenge?nonce=${nonce}`);
  if (challenged === undefined) throw silent();
  const proof = controlHeader(secret, { nonce, port }, challenged);
  if (proof === undefined)
    throw new Failure(
      "dashboard",
      `what listens on port ${port} does not prove to be your dashboard, and was told nothing: end that program, or start another dashboard with \`sallyport dashboard --port\``,
    );
  const answer = await send(port, "/control", { proof, body: JSON.stringify(body) });
  if (answer === undefined) throw silent();
  return answer;
}

function silent(): Failure {
  return new Failure(
    "dashboard",
    "the dashboard does not answer: end it and start it again with `sallyport dashboard`",
  );
}

/** What it answers, a JSON value; undefined for anything but an answer of status 200 in time, and null for what is none. */
async function send(
  port: number,
  path: string,
  given?: { readonly proof: string; readonly body: string },
): Promise<unknown> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        host: "127.0.0.1",
        port,
        path: `${API_PATH}${path}`,
        agent: false,
        method: given === undefined ? "GET" : "POST",
        signal: AbortSignal.timeout(CONTROL_MS_MAX),
        headers:
          given === undefined
            ? {}
            : { "content-type": "application/json", [CONTROL_HEADER]: given.proof },
      });
      sent.once("response", resolve).on("error", reject);
      sent.end(given?.body);
    });
    const text = await readText(response, CONTROL_BYTES_MAX);
    return response.statusCode === 200 ? jsonOf(text) : undefined;
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Records it; resolves when it is durable. */
export async function recordNote(
  directories: Directories,
  clock: Clock,
  note: DashboardNote,
): Promise<void> {
  const recorder = await openSpoolRecorder(directories, { clock });
  await recorder.append([dashboardEvent(recorder.stamp(), note)]);
}
