// Saying again who one is before something is changed: by a code from the terminal, or the passphrase where there is one.
import { useState } from "preact/hooks";
import type { ApiFault } from "../core/api.ts";
import { useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import { Command } from "../parts/command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { Fault, Progress } from "../parts/state.tsx";

export function Reconfirm() {
  const { session } = useApp();
  const asked = useStore(session.confirming);
  if (asked === null) return null;
  return <ReconfirmDialog end={asked.end} />;
}

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
