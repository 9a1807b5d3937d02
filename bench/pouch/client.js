// The peer's tablet: a PouchDB over LevelDB on disk, told what to do in lines of JSON.
//   {do: "fill", db, from}              put the documents of a file (JSON lines) into a database
//   {do: "push"|"pull", db, remote, batch}   replicate it, and say how long that took
//   {do: "count", db}                   how many documents there are
"use strict";

const fs = require("fs");
const readline = require("readline");
const PouchDB = require("pouchdb");

const FILL = 1000;

async function fill({ db, from }) {
  const docs = fs.readFileSync(from, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const here = new PouchDB(db);
  for (let start = 0; start < docs.length; start += FILL) {
    await here.bulkDocs(docs.slice(start, start + FILL));
  }
  await here.close();
  return { docs: docs.length };
}

async function replicate({ do: which, db, remote, batch }) {
  const here = new PouchDB(db);
  const there = new PouchDB(remote);
  await there.info(); // the database is made before the clock starts
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const options = { batch_size: batch };
  const result = which === "push" ? await here.replicate.to(there, options) : await here.replicate.from(there, options);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const used = process.cpuUsage(cpu);
  await here.close();
  return { seconds, cpu: (used.user + used.system) / 1e6, docs: result.docs_written, failed: result.doc_write_failures };
}

async function count({ db }) {
  const here = new PouchDB(db);
  const { doc_count: docs } = await here.info();
  await here.close();
  return { docs };
}

const work = { fill, push: replicate, pull: replicate, count };

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer;
    try {
      answer = await work[asked.do](asked);
    } catch (error) {
      answer = { error: String(error.message || error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
})();
