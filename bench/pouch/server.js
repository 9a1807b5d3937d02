// The peer's server: express-pouchdb over LevelDB on disk. node server.js FOLDER
"use strict";

const path = require("path");
const express = require("express");
const PouchDB = require("pouchdb");

const folder = process.argv[2];
const here = PouchDB.defaults({ prefix: folder + path.sep });
const app = express();
// Only the routes that replication needs: the least work for each request.
app.use("/", require("express-pouchdb")(here, {
  mode: "minimumForPouchDB",
  inMemoryConfig: true,
  logPath: path.join(folder, "log.txt"),
}));
const listener = app.listen(0, "127.0.0.1", () => {
  process.stdout.write(JSON.stringify({ port: listener.address().port }) + "\n");
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
