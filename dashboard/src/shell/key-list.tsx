// The list of keys, and the switch for those that are single letters.
import { useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import type { PageEntry } from "../pages/index.ts";
import { Dialog } from "../parts/dialog.tsx";

export function KeyList(props: {
  readonly pages: readonly PageEntry[];
  readonly onClose: () => void;
}) {
  const { preferences } = useApp();
  const hasKeys = useStore(preferences.hasKeys);
  return (
    <Dialog title="Keys" onClose={props.onClose}>
      <table class="table keys">
        <caption class="unseen">Keys and what they do</caption>
        <tbody>
          <Key keys={["Ctrl", "K"]} does="Find a page or a command" />
          <Key keys={["/"]} does="The same" />
          <Key keys={["?"]} does="This list" />
          {props.pages.map(({ key, title }) =>
            key === undefined ? null : <Key key={key} keys={["g", key]} does={title} />,
          )}
          <Key keys={["Arrows"]} does="Go through a table or list; Home and End its ends" />
          <Key keys={["Enter"]} does="Open the row" />
          <Key keys={["j"]} does="Next of what needs you; k the one before" />
          <Key keys={["a"]} does="Allow the chosen one; r refuse, e assign to you, x close" />
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={hasKeys}
          onChange={(event) => preferences.hasKeys.set(event.currentTarget.checked)}
        />
        Single keys are shortcuts
      </label>
    </Dialog>
  );
}

function Key({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <tr>
      <th scope="row">
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </th>
      <td>{does}</td>
    </tr>
  );
}
