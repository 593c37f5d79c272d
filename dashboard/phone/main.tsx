// One question on a phone: opened once by its link, read, and answered with the passphrase.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { piecesOf } from "../src/parts/marks.ts";

type Question = {
  readonly digest: string;
  readonly state: "waiting" | "answered" | "expired" | "withdrawn";
  readonly tool: string;
  readonly project: string;
  readonly text: string | null;
  readonly what: string;
  readonly why: string;
  readonly rule: string;
  readonly effects: readonly { readonly words: string; readonly data: readonly string[] }[];
  readonly effectsOmitted: number;
  readonly held: boolean;
  readonly alternatives: readonly string[];
};
type Shown = { readonly question: Question; readonly leftMs: number };
type Told =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string };

const KEPT = "sallyport-phone";
const LOOK_MS = 2_000;
const CALLS = `${location.pathname.replace(/\/$/, "")}/phone/v1`;
const TEXT_CHARS = 4_000;

/** What the page says of a question that waits no more. */
const OVER = {
  answered: "It was answered. The first answer counts.",
  expired: "Its time is over. The client asks at its terminal.",
  withdrawn: "Nobody asks any more: it was answered at its terminal, or the session went on.",
} as const;

async function ask(path: string, body: object): Promise<Told> {
  try {
    const response = await fetch(CALLS + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${sessionStorage.getItem(KEPT) ?? ""}`,
      },
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const value = (await response.json()) as { error?: { message?: string } };
    if (response.ok) return { ok: true, value };
    return { ok: false, status: response.status, message: value.error?.message ?? "It failed." };
  } catch {
    return { ok: false, status: 0, message: "No connection. This page tries again by itself." };
  }
}

/** Opens the link of the address, or looks again where it was opened in this tab. */
async function begin(): Promise<Told> {
  const token = location.hash.slice(1);
  if (token === "")
    return sessionStorage.getItem(KEPT) === null
      ? { ok: false, status: 401, message: "Open the link of a message: this address has none." }
      : ask("/state", {});
  sessionStorage.removeItem(KEPT);
  const told = await ask("/open", { token });
  // WHY only now: with a connection that failed the link can be tried again.
  if (told.ok || told.status === 401) history.replaceState(null, "", location.pathname);
  if (told.ok) sessionStorage.setItem(KEPT, (told.value as { bearer: string }).bearer);
  return told;
}

function Text(props: { readonly value: string; readonly isMultiline?: boolean }) {
  const { value, isMultiline = false } = props;
  const cut = value.slice(0, TEXT_CHARS);
  return (
    <bdi class="text">
      {piecesOf(cut, { isMultiline }).map((piece, place) =>
        piece.kind === "plain" ? (
          piece.text
        ) : (
          <span key={place} class="mark" title={piece.name}>
            {piece.code}
          </span>
        ),
      )}
      {value.length > cut.length && ` and ${value.length - cut.length} more characters`}
    </bdi>
  );
}

function Page() {
  const [shown, setShown] = useState<(Shown & { readonly atMs: number }) | undefined>();
  const [problem, setProblem] = useState("");
  const [end, setEnd] = useState("");
  const [isSending, setSending] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  const [nowMs, setNowMs] = useState(performance.now());
  useEffect(() => {
    let isOver = false;
    const look = async (isFirst: boolean) => {
      const told = await (isFirst ? begin() : ask("/state", {}));
      if (isOver) return;
      if (told.ok) {
        const value = told.value as Shown;
        setShown({ ...value, atMs: performance.now() });
        setProblem((before) => (before.startsWith("No connection") ? "" : before));
        const { state } = value.question;
        if (state !== "waiting") return setEnd((before) => before || OVER[state]);
      } else if (told.status === 0) setProblem(told.message);
      else if (told.status !== 429 && told.status !== 503)
        return setEnd((before) => before || told.message);
      else setProblem(told.message);
      const isOpened = sessionStorage.getItem(KEPT) !== null;
      setTimeout(() => void look(!isOpened), LOOK_MS);
    };
    void look(true);
    const clock = setInterval(() => setNowMs(performance.now()), 1_000);
    return () => {
      isOver = true;
      clearInterval(clock);
    };
  }, []);
  const answer = async (word: "allow" | "deny") => {
    if (shown === undefined || isSending) return;
    if (passphrase === "") return setProblem("Type your passphrase first.");
    setSending(true);
    setProblem("");
    const { digest } = shown.question;
    const told = await ask("/answer", { answer: word, digest, passphrase });
    setSending(false);
    setPassphrase("");
    if (told.ok)
      setEnd(
        word === "allow"
          ? "You allowed it. The client makes this one call."
          : "You refused it. The client does not make the call.",
      );
    else if (told.status === 401 || told.status === 409) setEnd(told.message);
    else setProblem(told.message);
  };
  if (end !== "" || shown === undefined)
    return (
      <>
        <h1>A question of sallyport</h1>
        <p role="status">{end || problem || "Asking for the question."}</p>
      </>
    );
  const { question, leftMs, atMs } = shown;
  const left = Math.max(0, Math.round((leftMs - (nowMs - atMs)) / 1_000));
  return (
    <>
      <h1>
        May this call of <Text value={question.tool} /> run?
      </h1>
      <p class="quiet">
        It waits {left} s more, in <Text value={question.project} />
      </p>
      {question.text === null ? (
        <p>The policy keeps no words of calls.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <code class="call" tabIndex={0} role="region" aria-label="The call">
          <Text value={question.text} isMultiline />
        </code>
      )}
      <p>
        <Text value={question.what} />
        {question.why !== "" && ": "}
        <Text value={question.why} /> <span class="quiet">({<Text value={question.rule} />})</span>
      </p>
      <ul>
        {question.effects.map(({ words, data }, place) => (
          <li key={place}>
            <Text value={words} />
            {data.length > 0 && " with "}
            <Text value={data.join(", ")} />
          </li>
        ))}
        {question.effectsOmitted > 0 && <li>and {question.effectsOmitted} more</li>}
      </ul>
      <p class="quiet">{question.held ? "It runs in a sandbox." : "It runs without a sandbox."}</p>
      {question.alternatives.map((line) => (
        <p class="quiet" key={line}>
          Instead: <Text value={line} />
        </p>
      ))}
      <form onSubmit={(event) => event.preventDefault()}>
        <label for="passphrase">Your passphrase</label>
        <input
          id="passphrase"
          type="password"
          autocomplete="current-password"
          value={passphrase}
          aria-describedby="problem"
          onInput={({ currentTarget }) => setPassphrase(currentTarget.value)}
        />
        <p id="problem" class="wrong" role="alert">
          {isSending ? "" : problem}
        </p>
        <div class="two">
          <button
            type="button"
            class="no"
            aria-disabled={isSending}
            onClick={() => void answer("deny")}
          >
            Refuse
          </button>
          <button type="button" aria-disabled={isSending} onClick={() => void answer("allow")}>
            Allow
          </button>
        </div>
      </form>
    </>
  );
}

const app = document.getElementById("app");
if (app !== null) {
  app.textContent = "";
  render(<Page />, app);
}
