// Requests to `/api/v1`: answers and faults are both values, and a change that must be confirmed first is sent again after that.

export const API_PATH = "/api/v1";

/** What went wrong. `network`: nobody answered. `aborted`: the page does not want it any more. */
export type FaultCode =
  | "input"
  | "no-session"
  | "role"
  | "not-found"
  | "changed"
  | "confirm"
  | "too-many"
  | "daemon"
  | "command"
  | "network"
  | "aborted"
  | "fault";

export type ApiFault = {
  readonly code: FaultCode;
  /** 0 where no answer came. */
  readonly status: number;
  /** For the person who looks: what, and what to do. */
  readonly message: string;
};

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: ApiFault };

/** Values of a query; what is undefined, null or an empty text is left out. */
export type Params = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Api = {
  get<T>(path: string, params?: Params, signal?: AbortSignal): Promise<Answer<T>>;
  post<T>(path: string, body?: object, signal?: AbortSignal): Promise<Answer<T>>;
  /** The answer as it comes in, for the live stream. */
  open(path: string, signal: AbortSignal): Promise<Answer<ReadableStream<Uint8Array>>>;
};

export type ApiPorts = {
  readonly bearer: () => string | undefined;
  /** The session is over; `message` says why. */
  readonly onNoSession: (message: string) => void;
  /** Asks the person to confirm; resolves false when they do not. */
  readonly confirm: () => Promise<boolean>;
};

const BY_STATUS: Readonly<Record<number, FaultCode>> = {
  400: "input",
  401: "no-session",
  403: "role",
  404: "not-found",
  409: "changed",
  412: "confirm",
  429: "too-many",
  502: "command",
  503: "daemon",
};

/** `path` below `/api/v1`, with its query; every path is escaped by who makes it (`segment`). */
export function addressOf(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  const text = query.toString();
  return `${path}${text === "" ? "" : `?${text}`}`;
}

/** One segment of a path, escaped. */
export const segment = (text: string | number) => encodeURIComponent(String(text));

export function createApi(ports: ApiPorts): Api {
  const send = async (path: string, init: RequestInit): Promise<Answer<Response>> => {
    const bearer = ports.bearer();
    const headers = new Headers(init.headers);
    if (bearer !== undefined) headers.set("authorization", `Bearer ${bearer}`);
    try {
      const response = await fetch(`${API_PATH}${path}`, {
        ...init,
        headers,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
      if (response.ok) return { ok: true, value: response };
      const fault = await faultOf(response);
      if (fault.code === "no-session" && bearer !== undefined) ports.onNoSession(fault.message);
      return { ok: false, fault };
    } catch {
      return { ok: false, fault: init.signal?.aborted ? ABORTED : NETWORK };
    }
  };
  const read = async <T>(answer: Answer<Response>): Promise<Answer<T>> => {
    if (!answer.ok) return answer;
    try {
      return { ok: true, value: (await answer.value.json()) as T };
    } catch {
      return { ok: false, fault: NETWORK };
    }
  };
  return {
    async get(path, params, signal) {
      return read(await send(addressOf(path, params), signal === undefined ? {} : { signal }));
    },
    async post(path, body = {}, signal) {
      const init: RequestInit = {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
        ...(signal === undefined ? {} : { signal }),
      };
      const first = await send(path, init);
      if (first.ok || first.fault.code !== "confirm") return read(first);
      return (await ports.confirm()) ? read(await send(path, init)) : first;
    },
    async open(path, signal) {
      const answer = await send(path, { signal, headers: { accept: "text/event-stream" } });
      if (!answer.ok) return answer;
      const { body } = answer.value;
      return body === null ? { ok: false, fault: NETWORK } : { ok: true, value: body };
    },
  };
}

const NETWORK: ApiFault = {
  code: "network",
  status: 0,
  message: "the dashboard's server does not answer: is `sallyport dashboard` still running?",
};
const ABORTED: ApiFault = { code: "aborted", status: 0, message: "no longer wanted" };
const MESSAGE_CHARS_MAX = 2_000;

async function faultOf(response: Response): Promise<ApiFault> {
  const code = BY_STATUS[response.status] ?? "fault";
  let message = `the server answered ${response.status}`;
  try {
    const body: unknown = await response.json();
    const given = (body as { error?: { message?: unknown } } | null)?.error?.message;
    if (typeof given === "string" && given !== "") message = given.slice(0, MESSAGE_CHARS_MAX);
  } catch {
    // No JSON: the status says it.
  }
  return { code, status: response.status, message };
}
