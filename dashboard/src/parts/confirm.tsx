// A button that changes something: it says what it will do and which command does the same, sends it once, and says how it ended.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Answer, ApiFault } from "../core/api.ts";
import { useAnnounce } from "../core/app.ts";
import { Command } from "./command.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Fault, Progress } from "./state.tsx";

export type ConfirmProps<T> = {
  /** What the button and the dialog say, such as `Approve`. */
  readonly title: string;
  /** What happens then, in whole sentences. */
  readonly children: ComponentChildren;
  /** The command line that does the same; `note` is what the person wrote, as it was written. */
  readonly command?: (note: string) => string;
  /** Label of a text that the person gives; none asks for none. */
  readonly note?: string;
  readonly isNoteRequired?: boolean;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  /** Sends it. */
  readonly act: (note: string) => Promise<Answer<T>>;
  readonly onDone?: (value: T) => void;
};

export function Confirm<T>(props: ConfirmProps<T>) {
  const { title, isDangerous = false, isDisabled = false } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class={`button${isDangerous ? " button-danger" : ""}`}
        disabled={isDisabled}
        onClick={() => setOpen(true)}
      >
        {title}
      </button>
      {isOpen && <ConfirmDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ConfirmDialog<T>(props: ConfirmProps<T> & { readonly onClose: () => void }) {
  const { title, children, command, note: label, act, onDone, onClose } = props;
  const announce = useAnnounce();
  const [note, setNote] = useState("");
  const [fault, setFault] = useState<ApiFault>();
  const [isBusy, setBusy] = useState(false);
  const isReady = !isBusy && (props.isNoteRequired !== true || note.trim() !== "");
  const send = async () => {
    setBusy(true);
    setFault(undefined);
    const answer = await act(note.trim());
    setBusy(false);
    if (!answer.ok) return setFault(answer.fault);
    announce(`${title}: done`);
    onClose();
    onDone?.(answer.value);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void send();
        }}
      >
        <div>{children}</div>
        {label !== undefined && (
          <Field
            label={label}
            value={note}
            onInput={setNote}
            rows={3}
            charsMax={2_000}
            isRequired={props.isNoteRequired === true}
          />
        )}
        <Command line={command?.(note.trim())} label="The same in the terminal" />
        {fault !== undefined && <Fault fault={fault} />}
        {isBusy && <Progress label="Sending it" />}
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={props.isDangerous === true ? "button button-danger" : "button button-first"}
            disabled={!isReady}
          >
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
