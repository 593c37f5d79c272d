// Saying again who one is before something is changed: by a code from the terminal, or the passphrase where there is one.
import { useEffect, useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import { useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import { Command } from "../parts/command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";

/** How often it is looked whether the provider's window has confirmed. */
const LOOK_MS = 1_500;

export function Reconfirm() {
  const { session } = useApp();
  const asked = useStore(session.confirming);
  const state = useStore(session.state);
  if (asked === null) return null;
  const host = state.kind === "open" ? (state.me.provider ?? null) : null;
  if (host !== null) return <ProviderDialog host={host} end={asked.end} />;
  return <ReconfirmDialog end={asked.end} />;
}

/** WHY a window of its own: what the person was about to change stays as it is on this page. */
function ProviderDialog({
  host,
  end,
}: {
  readonly host: string;
  readonly end: (isConfirmed: boolean) => void;
}) {
  const { session, api } = useApp();
  const state = useStore(session.state);
  const [fault, setFault] = useState<ApiFault>();
  const [address, setAddress] = useState<string>();
  const isConfirmed = state.kind === "open" && state.me.confirmedUntilMs !== null;
  useEffect(() => {
    if (address === undefined) return undefined;
    const timer = setInterval(() => void session.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [address, session]);
  useEffect(() => {
    if (address !== undefined && isConfirmed) end(true);
  }, [address, isConfirmed, end]);
  const open = async () => {
    setFault(undefined);
    const answer = await api.post<{ address: string }>("/oidc/confirm");
    if (!answer.ok) return setFault(answer.fault);
    setAddress(answer.value.address);
    window.open(answer.value.address, "_blank");
  };
  return (
    <Dialog title="Confirm that it is you" onClose={() => end(false)}>
      <div class="form">
        <p>
          This changes something. Sign in again with <Text value={host} /> in a window of its own;
          that counts for five minutes.
        </p>
        {fault !== undefined && <Fault fault={fault} />}
        {address !== undefined && <Progress label="Waiting for the other window" />}
        <div class="form-actions">
          <button type="button" class="button" onClick={() => end(false)}>
            Cancel
          </button>
          <button type="button" class="button button-first" onClick={() => void open()}>
            Sign in again
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const UNPROVEN: ApiFault = {
  code: "network",
  status: 0,
  message:
    "What answers here does not prove to be the dashboard that you logged in to, and was told nothing. Close this page, and open a new link of `sallyport dashboard`.",
};

function ReconfirmDialog({ end }: { readonly end: (isConfirmed: boolean) => void }) {
  const { session, api } = useApp();
  const state = useStore(session.state);
  const hasPassphrase = state.kind === "open" && state.me.hasPassphrase !== false;
  const [given, setGiven] = useState("");
  const [fault, setFault] = useState<ApiFault>();
  const [isBusy, setBusy] = useState(false);
  const isCode = /^\d{8}$/.test(given);
  const send = async () => {
    setBusy(true);
    setFault(undefined);
    if (!(await session.isProven())) {
      setBusy(false);
      return setFault(UNPROVEN);
    }
    const answer = await api.post("/confirm", isCode ? { code: given } : { passphrase: given });
    setBusy(false);
    if (!answer.ok) return setFault(answer.fault);
    await session.refresh();
    end(true);
  };
  return (
    <Dialog title="Confirm that it is you" onClose={() => end(false)}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== "" && !isBusy) void send();
        }}
      >
        <p>
          This changes something. The command prints a code of eight digits; it counts for five
          minutes.
        </p>
        <Command line="sallyport dashboard confirm" />
        <Field
          label={hasPassphrase ? "Code or passphrase" : "Code"}
          type="password"
          autoComplete="one-time-code"
          charsMax={256}
          value={given}
          onInput={setGiven}
        />
        {fault !== undefined && <Fault fault={fault} />}
        {isBusy && <Progress label="Checking it" />}
        <div class="form-actions">
          <button type="button" class="button" onClick={() => end(false)}>
            Cancel
          </button>
          <button type="submit" class="button button-first" disabled={given === "" || isBusy}>
            Confirm
          </button>
        </div>
      </form>
    </Dialog>
  );
}
