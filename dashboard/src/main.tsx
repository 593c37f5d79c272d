// Starts the app: makes what its parts share, and draws the shell, or the door for who is not logged in.
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { AppContext, useApp } from "./core/app.ts";
import { makeApp } from "./core/make-app.ts";
import { useStore } from "./core/store.ts";
import { Boundary } from "./parts/boundary.tsx";
import { Reconfirm } from "./shell/reconfirm.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignedOut } from "./shell/signed-out.tsx";

function Root() {
  const { session, announced, cache } = useApp();
  const state = useStore(session.state);
  const said = useStore(announced);
  useEffect(() => {
    // What one person read is not shown to the next.
    if (state.kind === "none") cache.clear();
    if (state.kind === "none") document.querySelector<HTMLElement>("h1")?.focus();
  }, [state]);
  return (
    <>
      <p class="unseen" aria-live="polite">
        {said}
      </p>
      <Boundary>{state.kind === "open" ? <Shell /> : <SignedOut state={state} />}</Boundary>
      <Reconfirm />
    </>
  );
}

function start(place: Element): void {
  const app = makeApp();
  render(
    <AppContext.Provider value={app}>
      <Root />
    </AppContext.Provider>,
    place,
  );
  void app.session.start();
}

const place = document.querySelector("#app");
if (place !== null) start(place);
