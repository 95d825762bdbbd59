using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "doors", worker = (
    modules = [(name = "worker", esModule = embed "../dist/worker.js")],
    compatibilityDate = "2026-11-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "doors")],
);
