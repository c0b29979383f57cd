// Reads a file of streams, each a list of pieces in hexadecimal, and prints the events that the page finds in each.
import { readFileSync } from "node:fs";
import { argv, stdout } from "node:process";

import { readEvents } from "../../coze_web/static/js/lib/sse.js";
import { collect, streamOf } from "../js/streams.js";

const found = [];
for (const pieces of JSON.parse(readFileSync(argv[2], "utf8"))) {
  const { items, error } = await collect(readEvents(streamOf(pieces.map((piece) => Buffer.from(piece, "hex")))));
  found.push(error ? String(error) : items.map(({ event, data, id }) => [event, data, id]));
}
stdout.write(JSON.stringify(found));
