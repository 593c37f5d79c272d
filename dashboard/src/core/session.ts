// Who is logged in: the token of the link, the bearer of this tab, other tabs of the same origin, and confirming again.
import { type Api, createApi } from "./api.ts";
import { createStore, type Store } from "./store.ts";

export type Role = "viewer" | "responder" | "approver" | "administrator" | "auditor";

/** The answer of `GET /me`. */
export type Me = {
  readonly name: string;
  readonly role: Role;
  readonly expiresMs: number;
  readonly confirmedUntilMs: number | null;
  readonly hasPassphrase?: boolean;
  readonly version?: string;
  /** The data are made up. */
  readonly isDemo?: boolean;
  /** The tenant whose store the pages show, in place of one machine. */
  readonly team?: string | null;
  /** The host of the provider that logged the person in. */
  readonly provider?: string | null;
};

export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "open"; readonly me: Me }
  /** `message` is what the server said of a link that was refused, or why a session ended. `confirmed`: a window that only confirmed. */
  | {
      readonly kind: "none";
      readonly why: "no-link" | "expired" | "left" | "refused" | "confirmed";
      readonly message?: string;
    }
  /** The server does not answer. */
  | { readonly kind: "unreachable"; readonly message: string };

/** A confirmation that is being asked for; null when none is. */
export type Confirming = { readonly end: (isConfirmed: boolean) => void } | null;

export type Session = {
  readonly api: Api;
  readonly state: Store<SessionState>;
  readonly confirming: Store<Confirming>;
  /** Takes the token of the address, or the bearer of this or another tab, and asks who that is. */
  start(): Promise<void>;
  /** Asks again who is logged in. */
  refresh(): Promise<void>;
  leave(): Promise<void>;
  /**
   * Whether what answers is the dashboard that this page logged in to. WHY before a passphrase: a page that stays open after its
   * dashboard ended would send it to whoever has the port by then.
   */
  isProven(): Promise<boolean>;
};

const KEY = "sallyport.bearer";
const PROOF_KEY = "sallyport.proof";
const CHANNEL = "sallyport.session";
/** Another tab answers at once or not at all. */
const OTHER_TAB_MS = 250;
const RANKS: Readonly<Record<Exclude<Role, "auditor">, number>> = {
  viewer: 0,
  responder: 1,
  approver: 2,
  administrator: 3,
};

/** Whether somebody of this role may do what `needed` may; the server decides, this only hides what would be refused. */
export function mayAs(role: Role, needed: Exclude<Role, "auditor">): boolean {
  return role === "auditor" ? needed === "viewer" : RANKS[role] >= RANKS[needed];
}

export function createSession(): Session {
  const state = createStore<SessionState>({ kind: "starting" });
  const confirming = createStore<Confirming>(null);
  const channel = new BroadcastChannel(CHANNEL);
  const bearer = () => sessionStorage.getItem(KEY) ?? undefined;
  const keep = ({ bearer: token, proofKey }: Held) => {
    sessionStorage.setItem(KEY, token);
    sessionStorage.setItem(PROOF_KEY, proofKey);
  };
  const forget = () => {
    for (const key of [KEY, PROOF_KEY]) sessionStorage.removeItem(key);
  };
  const end = (why: Extract<SessionState, { kind: "none" }>["why"], message?: string) => {
    forget();
    confirming.get()?.end(false);
    state.set({ kind: "none", why, ...(message === undefined ? {} : { message }) });
  };
  const confirm = () =>
    new Promise<boolean>((resolve) => {
      confirming.get()?.end(false);
      confirming.set({
        end(isConfirmed) {
          confirming.set(null);
          resolve(isConfirmed);
        },
      });
    });
  const api = createApi({ bearer, onNoSession: (message) => end("expired", message), confirm });
  const refresh = async () => {
    const hadBearer = bearer() !== undefined;
    const answer = await api.get<Me>("/me");
    if (answer.ok) state.set({ kind: "open", me: answer.value });
    // With a bearer it was ended when the answer came, with its reason.
    else if (answer.fault.code === "no-session" && hadBearer) return;
    else if (answer.fault.code === "no-session") end("no-link");
    else state.set({ kind: "unreachable", message: answer.fault.message });
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const kind = (data as { kind?: unknown } | null)?.kind;
    const mine = bearer();
    const proofKey = sessionStorage.getItem(PROOF_KEY) ?? "";
    if (kind === "ask" && mine !== undefined)
      channel.postMessage({ kind: "bearer", bearer: mine, proofKey });
    if (kind === "left" && mine !== undefined) end("left");
  };
  return {
    api,
    state,
    confirming,
    refresh,
    async start() {
      const came = fromProvider();
      if (came !== undefined) return end(came.why, came.message);
      const token = takeToken();
      if (token !== undefined) {
        // WHY first: the link says who is meant, whoever was logged in here before.
        forget();
        const answer = await api.post<Held>("/login", { token });
        if (!answer.ok && answer.fault.code === "network")
          return state.set({ kind: "unreachable", message: answer.fault.message });
        if (!answer.ok) return end("no-link", answer.fault.message);
        keep(answer.value);
      }
      if (bearer() === undefined) {
        const other = await sessionOfOtherTab(channel);
        if (other === undefined) return end("no-link");
        keep(other);
      }
      await refresh();
    },
    async isProven() {
      const nonce = hex(crypto.getRandomValues(new Uint8Array(32)));
      const expected = await proofOf(sessionStorage.getItem(PROOF_KEY) ?? "", nonce);
      const answer = await api.get<{ proof?: unknown }>("/proof", { nonce });
      return answer.ok && expected !== undefined && answer.value.proof === expected;
    },
    async leave() {
      const answer = await api.post<{ address?: string | null }>("/logout");
      channel.postMessage({ kind: "left" });
      end("left");
      // The session at the provider ends where it began.
      if (answer.ok && typeof answer.value.address === "string")
        location.assign(answer.value.address);
    },
  };
}

/** The token of `#login=TOKEN`, which is gone from the address and the history afterwards. */
function takeToken(): string | undefined {
  const found = /^#login=([\w.~-]{1,256})$/.exec(location.hash)?.[1];
  if (location.hash.startsWith("#login="))
    history.replaceState(null, "", `${location.pathname}${location.search}`);
  return found;
}

/** What became of a login by the provider that began no session: `#refused=CODE`, or `#confirmed` in a window of its own. */
function fromProvider(): { why: "refused" | "confirmed"; message?: string } | undefined {
  const [, what, code = ""] = /^#(confirmed|refused)(?:=([\w-]{1,40}))?$/.exec(location.hash) ?? [];
  if (what === undefined) return undefined;
  history.replaceState(null, "", location.pathname);
  if (what === "confirmed") return { why: "confirmed" };
  return { why: "refused", message: REFUSED.get(code) ?? "The login by the provider failed." };
}

/** By the codes of the server (`src/surface/dashboard/oidc/refusal.ts`). */
const REFUSED: ReadonlyMap<string, string> = new Map([
  [
    "no-group",
    "None of your groups at the provider has a role here. Ask whoever set up the login.",
  ],
  ["stale", "This login was used, began in another browser, or took longer than ten minutes."],
  ["denied", "The provider did not log you in."],
  ["invalid", "What the provider answered does not hold."],
  ["unreachable", "The provider does not answer."],
  ["another-person", "That was somebody else than the person of this session."],
  ["not-fresh", "The provider did not have you log in again. Nothing is confirmed."],
  ["no-check", "The provider gives no way to ask later whether you may still be here."],
  ["locked", "You are locked in your organisation's directory. Ask whoever keeps it."],
  ["unknown", "Your organisation's directory has nobody, or several, with your name."],
  ["directory", "The file of people cannot be read. The terminal of the dashboard says more."],
  ["setup", "The login does not work as it is set up. The terminal of the dashboard says more."],
]);

/** What a page holds of its session. `proofKey` came with the login, and no request has it. */
type Held = { readonly bearer: string; readonly proofKey: string };

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** As the server makes it (`access/logins.ts`); undefined without a key. */
async function proofOf(proofKey: string, nonce: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{64}$/.test(proofKey)) return undefined;
  const bytes = Uint8Array.from(proofKey.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, how, false, ["sign"]);
  const text = new TextEncoder().encode(`sallyport/session/v1\0${nonce}`);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, text)));
}

function sessionOfOtherTab(channel: BroadcastChannel): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const finish = (found: Held | undefined) => {
      clearTimeout(timer);
      channel.removeEventListener("message", take);
      resolve(found);
    };
    const take = ({ data }: MessageEvent<unknown>) => {
      const given = data as { kind?: unknown; bearer?: unknown; proofKey?: unknown } | null;
      const { bearer, proofKey } = given ?? {};
      if (given?.kind === "bearer" && typeof bearer === "string" && typeof proofKey === "string")
        finish({ bearer, proofKey });
    };
    const timer = setTimeout(() => finish(undefined), OTHER_TAB_MS);
    channel.addEventListener("message", take);
    channel.postMessage({ kind: "ask" });
  });
}
