// What stands there for who is not logged in: why, and how to come in.
import { useEffect, useState } from "preact/hooks";
import { useApi, useApp } from "../core/app.ts";
import type { SessionState } from "../core/session.ts";
import { Command } from "../parts/command.tsx";
import { Icon } from "../parts/icon.tsx";
import { Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";

const TITLES = {
  "no-link": "You need a link to come in",
  expired: "Your session is over",
  left: "You are logged out",
  refused: "You were not let in",
  confirmed: "You are confirmed",
} as const;

export function SignedOut({ state }: { readonly state: Exclude<SessionState, { kind: "open" }> }) {
  const { session } = useApp();
  return (
    <main class="door" id="content">
      <div class="door-card">
        <p class="door-name">
          <Icon name="gate" /> sallyport
        </p>
        {state.kind === "starting" && <Progress label="Looking who is logged in" />}
        {state.kind === "unreachable" && (
          <>
            <h1 tabIndex={-1}>The dashboard does not answer</h1>
            <p>
              <Text value={state.message} />
            </p>
            <Command line="sallyport dashboard" />
            <button
              type="button"
              class="button button-first"
              onClick={() => void session.refresh()}
            >
              Try again
            </button>
          </>
        )}
        {state.kind === "none" && (
          <>
            <h1 tabIndex={-1}>{TITLES[state.why]}</h1>
            {state.message !== undefined && (
              <p role="alert">
                <Text value={state.message} />
              </p>
            )}
            {state.why === "confirmed" ? (
              <p>Close this window, and go on where you were.</p>
            ) : (
              <WaysIn />
            )}
          </>
        )}
      </div>
    </main>
  );
}

/** The provider where there is one, and the link always. */
function WaysIn() {
  const api = useApi();
  const [host, setHost] = useState<string | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    void api.get<{ host: string | null }>("/oidc", {}, gone.signal).then((answer) => {
      if (answer.ok) setHost(answer.value.host);
    });
    return () => gone.abort();
  }, [api]);
  return (
    <>
      {host !== null && (
        <p>
          {/* WHY a target: a link without one is a place in the app. */}
          <a class="button button-first" href="/oidc/login" target="_self">
            Sign in with <Text value={host} />
          </a>
        </p>
      )}
      <p>
        {host === null ? "Run" : "Or run"} this in a terminal of your own, and open the link that it
        prints. A link works once.
      </p>
      <Command line="sallyport dashboard link" />
    </>
  );
}
