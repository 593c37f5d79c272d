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
};

export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "open"; readonly me: Me }
  /** `message` is what the server said of a link that was refused. */
  | {
      readonly kind: "none";
      readonly why: "no-link" | "expired" | "left";
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
};

const KEY = "sallyport.bearer";
const CHANNEL = "sallyport.session";
/** Another tab answers at once or not at all. */
const OTHER_TAB_MS = 250;
const RANKS: Readonly<Record<Exclude<Role, "auditor">, number>> = {
  ...{ viewer: 0, responder: 1, approver: 2, administrator: 3 },
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
  const end = (why: "expired" | "left" | "no-link", message?: string) => {
    sessionStorage.removeItem(KEY);
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
  const api = createApi({ bearer, onNoSession: () => end("expired"), confirm });
  const refresh = async () => {
    const hadBearer = bearer() !== undefined;
    const answer = await api.get<Me>("/me");
    if (answer.ok) state.set({ kind: "open", me: answer.value });
    else if (answer.fault.code === "no-session") end(hadBearer ? "expired" : "no-link");
    else state.set({ kind: "unreachable", message: answer.fault.message });
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const kind = (data as { kind?: unknown } | null)?.kind;
    const mine = bearer();
    if (kind === "ask" && mine !== undefined) channel.postMessage({ kind: "bearer", bearer: mine });
    if (kind === "left" && mine !== undefined) end("left");
  };
  return {
    ...{ api, state, confirming, refresh },
    async start() {
      const token = takeToken();
      if (token !== undefined) {
        // WHY first: the link says who is meant, whoever was logged in here before.
        sessionStorage.removeItem(KEY);
        const answer = await api.post<{ bearer: string }>("/login", { token });
        if (!answer.ok && answer.fault.code === "network")
          return state.set({ kind: "unreachable", message: answer.fault.message });
        if (!answer.ok) return end("no-link", answer.fault.message);
        sessionStorage.setItem(KEY, answer.value.bearer);
      }
      if (bearer() === undefined) {
        const other = await bearerOfOtherTab(channel);
        if (other === undefined) return end("no-link");
        sessionStorage.setItem(KEY, other);
      }
      await refresh();
    },
    async leave() {
      await api.post("/logout");
      channel.postMessage({ kind: "left" });
      end("left");
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

function bearerOfOtherTab(channel: BroadcastChannel): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (found: string | undefined) => {
      clearTimeout(timer);
      channel.removeEventListener("message", take);
      resolve(found);
    };
    const take = ({ data }: MessageEvent<unknown>) => {
      const given = data as { kind?: unknown; bearer?: unknown } | null;
      if (given?.kind === "bearer" && typeof given.bearer === "string") finish(given.bearer);
    };
    const timer = setTimeout(() => finish(undefined), OTHER_TAB_MS);
    channel.addEventListener("message", take);
    channel.postMessage({ kind: "ask" });
  });
}
