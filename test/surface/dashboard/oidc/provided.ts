// A dashboard whose people log in by a real provider, with a clock that a test moves.
import { monotonicMs } from "#platform/monotonic.ts";
import { createLogins } from "#surface/dashboard/access/logins.ts";
import type { DashboardNote } from "#surface/dashboard/access/dashboard-note.ts";
import { createVouched } from "#surface/dashboard/access/vouched.ts";
import { checkOidcSettings, type OidcSettings } from "#surface/dashboard/oidc/oidc-settings.ts";
import { openProvider } from "#surface/dashboard/oidc/provider.ts";
import {
  createProviderLogins,
  type ProviderLogins,
} from "#surface/dashboard/oidc/provider-logins.ts";
import { api, serve, type Served } from "../served.ts";
import { type MadeBrowser, openMadeBrowser } from "./made-browser.ts";
import { CLIENT_ID, CLIENT_SECRET, type MadeProvider, startProvider } from "./made-provider.ts";

export type Provided = {
  readonly served: Served;
  readonly provider: MadeProvider;
  readonly logins: ProviderLogins;
  readonly notes: DashboardNote[];
  /** What the terminal was told. */
  readonly lines: string[];
  readonly at: string;
  /** Moves the dashboard's clock. */
  wait(ms: number): void;
  /** Sets its wall clock right again, as that of the provider. */
  rightClock(): void;
  change(settings: Partial<OidcSettings> | undefined): void;
  /** A person of the provider logs in; gives the bearer of their session, or the reason of a refusal. */
  logIn(id: string | undefined, browser?: MadeBrowser): Promise<LoggedIn>;
  close(): Promise<void>;
};
export type LoggedIn = { readonly bearer: string; readonly refused: string };

export async function provide(
  given: {
    readonly load?: Parameters<typeof openProvider>[1]["load"];
    readonly appFolder?: string;
    readonly hasFarewell?: boolean;
  } = {},
): Promise<Provided> {
  let aheadMs = 0;
  let wallMs = 0;
  const notes: DashboardNote[] = [];
  const lines: string[] = [];
  const clock = { nowMs: () => Date.now() + wallMs, monotonicMs: () => monotonicMs() + aheadMs };
  const note = (one: DashboardNote) => Promise.resolve(void notes.push(one));
  const vouched = createVouched(clock);
  const sessions = createLogins(clock, (login) => vouched.standing(login));
  let settings: OidcSettings | undefined;
  const logins = createProviderLogins({
    clock,
    logins: sessions,
    vouched,
    note,
    onProblem: (line) => void lines.push(line),
    settings: () => settings,
    open: (now) =>
      openProvider(now, {
        secret: CLIENT_SECRET,
        clock,
        ...(given.load === undefined ? {} : { load: given.load }),
      }),
  });
  const served = await serve({
    clock,
    logins: sessions,
    note,
    providerLogins: logins,
    appFolder: given.appFolder,
    onFault: (line) => void lines.push(line),
  });
  const at = `http://127.0.0.1:${served.port}`;
  const provider = await startProvider(`${at}/oidc/callback`, given);
  const usual = checkOidcSettings({
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    clientSecret: "env:OIDC_SECRET",
    scopes: ["openid", "profile", "groups", "offline_access"],
    groupsClaim: "groups",
    roles: [
      { group: "lookers", role: "viewer" },
      { group: "on-call", role: "responder" },
      { group: "leads", role: "approver" },
      { group: "owners", role: "administrator" },
      { group: "audit", role: "auditor" },
    ],
  });
  settings = usual;
  return {
    served,
    provider,
    logins,
    notes,
    lines,
    at,
    wait(ms) {
      aheadMs += ms;
      wallMs += ms;
    },
    rightClock: () => void (wallMs = 0),
    change: (more) => void (settings = more === undefined ? undefined : { ...usual, ...more }),
    async logIn(id, browser = openMadeBrowser()) {
      provider.setWho(id);
      const { url } = await browser.go(`${at}/oidc/login`);
      const refused = /^#refused=([\w-]+)$/.exec(url.hash)?.[1] ?? "";
      const token = /^#login=([\w-]+)$/.exec(url.hash)?.[1];
      if (token === undefined) return { bearer: "", refused };
      const answered = await served.ask("POST", api("/login"), { body: { token } });
      return { bearer: (answered.json as { bearer: string }).bearer, refused };
    },
    async close() {
      await served.close();
      await provider.close();
    },
  };
}
