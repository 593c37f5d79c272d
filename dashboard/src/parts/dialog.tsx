// A dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back to where it was.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly class?: string;
  /** The title is for who does not see it: the dialog shows what it is. */
  readonly hasNoHead?: boolean;
  readonly children: ComponentChildren;
}) {
  const { title, onClose, hasNoHead = false, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // WHY before it is drawn: keys pressed right after belong to the dialog already.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${props.class ?? ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog-body">
        <div class={hasNoHead ? "unseen" : "dialog-head"}>
          <h2 id={id}>{title}</h2>
          {!hasNoHead && (
            <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}
