// What the parts of the fleet page share: what stands where no fleet is named, and columns of numbers.
import { Empty } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";

/** What stands where nobody said which fleet. */
export function NoFleet({ command }: { readonly command: string }) {
  return (
    <Empty title="No fleet is shown here." command={command}>
      <p>
        This makes a folder for one. Name its folder to the dashboard and start it again:{" "}
        <Text value="SALLYPORT_FLEET=/srv/fleet sallyport dashboard" isCode />. The folder of a
        collector alone shows the machines that report to it. Where machines report to PostgreSQL,{" "}
        <Text value="SALLYPORT_FLEET_READER" isCode /> names the file with a reader's address.
      </p>
    </Empty>
  );
}

export function number<Row>(key: string, head: string, of: (row: Row) => number) {
  return {
    key,
    head,
    isNumber: true,
    cell: (row: Row) => formatCount(of(row)),
    sort: of,
  };
}
