"""What stands in deploy/: that it can be read by whom it is for, that its parts fit each other, and
that nobody in it has more rights than doc/decisions/0096 says. No network, no cluster.

usage: test_deploy.py PLIMSOLL DEPLOY_DIRECTORY
"""
import glob
import os
import re
import shutil
import subprocess
import sys

from harness import Checks, skip

try:
    import yaml
except ImportError:
    yaml = None

NAME = "integration/deploy"
# Those that systemd-analyze rates: 0 is no exposure, 10 all of it.
MOST_EXPOSURE = 2.5


class Deploy(Checks):
    def __init__(self, program, directory):
        super().__init__(NAME)
        self.program = os.path.abspath(program)
        self.deploy = os.path.abspath(directory)

    def read(self, *names):
        with open(os.path.join(self.deploy, *names), encoding="utf-8") as file:
            return list(yaml.safe_load_all(file))

    def accepts(self, what, words, environment=()):
        """The program knows all options that are used, and settings that stand in the environment."""
        page = subprocess.run([self.program, words[0], "--help"], capture_output=True, text=True,
                              check=False)
        options = {word for word in words if word.startswith("--")}
        options |= {"--" + name.removeprefix("PLIMSOLL_").lower().replace("_", "-")
                    for name in environment if name.startswith("PLIMSOLL_")}
        unknown = [option for option in options if f"{option} " not in page.stdout]
        self.check(page.returncode == 0 and not unknown, f"{what}: its options exist", unknown)

    # ------------------------------------------------------------ systemd

    def test_units(self):
        units = sorted(glob.glob(os.path.join(self.deploy, "systemd", "*.service")))
        self.check(len(units) == 5, "five units", units)
        for unit in units:
            with open(unit, encoding="utf-8") as file:
                text = file.read()
            name = os.path.basename(unit)
            words = re.search(r"^ExecStart=/usr/bin/plimsoll (.*)$", text, re.MULTILINE)[1].split()
            environment = re.findall(r"(PLIMSOLL_\w+)=", text)
            self.accepts(name, [re.sub("^-.*%.*", "", word) for word in words], environment)
            role = re.search("--role (\\w+)", text)
            self.check(not role or re.findall("LoadCredential=(.*)", text) ==
                       ["plimsoll_store:/etc/plimsoll/secrets/store",
                        f"plimsoll_{role[1]}:/etc/plimsoll/secrets/{role[1]}"],
                       f"{name}: no secret of another role")
            self.check("Restart=" not in text or "StartLimitIntervalSec=0" in text,
                       f"{name}: it is started again, however often")
            self.check("NoNewPrivileges=yes" in text and "\nCapabilityBoundingSet=\n" in text
                       and "ProtectSystem=strict" in text, f"{name}: least privilege")
        self.test_by_systemd(units)

    def test_by_systemd(self, units):
        if not shutil.which("systemd-analyze"):
            print(f"SKIP: {NAME}: systemd-analyze is absent")
            return
        copies = [self.copy_unit(unit) for unit in
                  [*units, *glob.glob(os.path.join(self.deploy, "systemd", "*.timer"))]]
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *copies],
                              capture_output=True, text=True, check=False)
        complaints = [line for line in done.stderr.splitlines() if "plimsoll" in line]
        self.check(not complaints, "systemd reads the units", complaints)
        for copy in copies:
            if copy.endswith(".service"):
                done = subprocess.run(["systemd-analyze", "security", "--offline=yes", copy],
                                      capture_output=True, text=True, check=False)
                rate = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
                self.check(bool(rate) and float(rate[1]) <= MOST_EXPOSURE,
                           f"{os.path.basename(copy)}: exposure {rate and rate[1]}", done.stderr)

    def copy_unit(self, unit):
        """The program need not be installed; a template is read as one of its instances."""
        copy = os.path.join(self.directory, os.path.basename(unit).replace("@.", "@1."))
        with open(unit, encoding="utf-8") as file, open(copy, "w", encoding="utf-8") as out:
            out.write(file.read().replace("/usr/bin/plimsoll", "/bin/true"))
        return copy

    # ------------------------------------------------------------ compose

    def test_compose(self):
        [compose] = self.read("compose", "compose.yaml")
        for name, service in compose["services"].items():
            self.check(service["read_only"] and service["cap_drop"] == ["ALL"]
                       and service["security_opt"] == ["no-new-privileges:true"]
                       and "privileged" not in service and "cap_add" not in service
                       and "mem_limit" in service, f"compose: {name}: least privilege", service)
            self.check("healthcheck" in service or name == "update", f"compose: {name}: health")
            self.check(set(service["secrets"]) <= set(compose["secrets"])
                       and set(service["networks"]) <= set(compose["networks"]),
                       f"compose: {name}: its secrets and networks exist")
            self.check("main.hook" not in service["secrets"] or name == "api",
                       f"compose: {name}: no secret of another role")
            if service["image"].startswith("plimsoll"):
                self.accepts(f"compose: {name}", service["command"], service["environment"])
        self.test_compose_files(compose)

    def test_compose_files(self, compose):
        place = os.path.join(self.directory, "compose")
        shutil.copytree(os.path.join(self.deploy, "compose"), place,
                        ignore=shutil.ignore_patterns("secrets"))
        done = subprocess.run([os.path.join(place, "make-secrets")], capture_output=True,
                              check=False)
        missing = [each["file"] for each in compose["secrets"].values()
                   if not os.path.exists(os.path.join(place, each["file"]))]
        self.check(done.returncode == 0 and not missing, "compose: make-secrets makes them all",
                   missing, done.stderr)
        for command in (["docker-compose"], ["docker", "compose"]):
            if shutil.which(command[0]) and not subprocess.run(
                    [*command, "version"], capture_output=True, check=False).returncode:
                done = subprocess.run([*command, "-f", "compose.yaml", "config", "-q"], cwd=place,
                                      capture_output=True, check=False)
                self.check(done.returncode == 0, f"{' '.join(command)} reads it", done.stderr)
                return
        print(f"SKIP: {NAME}: docker compose is absent")

    # ------------------------------------------------------------ Kubernetes

    def test_kubernetes(self):
        files = sorted(glob.glob(os.path.join(self.deploy, "kubernetes", "*.yaml")))
        things = [thing for file in files for thing in self.read(file)]
        names = [(thing["kind"], thing["metadata"]["name"]) for thing in things]
        self.check(len(set(names)) == len(names), "kubernetes: each name once", names)
        self.check(all(thing["metadata"].get("namespace") == "plimsoll" for thing in things
                       if thing["kind"] != "Namespace"), "kubernetes: one namespace")
        pods = {}
        for thing in things:
            if thing["kind"] == "Deployment":
                template = thing["spec"]["template"]
                self.check(thing["spec"]["selector"]["matchLabels"]
                           == template["metadata"]["labels"],
                           f"{thing['metadata']['name']}: it selects its own pods")
            elif thing["kind"] == "CronJob":
                template = thing["spec"]["jobTemplate"]["spec"]["template"]
            else:
                continue
            pods[thing["metadata"]["name"]] = template
            self.check_pod(thing, template["spec"], names)
        self.check_selectors(things, [pod["metadata"]["labels"] for pod in pods.values()])
        self.check_ports(things, pods["plimsoll-api"]["spec"]["containers"][0])

    def check_pod(self, thing, pod, names):
        name = thing["metadata"]["name"]
        walls = pod["securityContext"]
        self.check(walls["runAsNonRoot"] and walls["seccompProfile"] == {"type": "RuntimeDefault"}
                   and not pod["automountServiceAccountToken"]
                   and not any(pod.get(word) for word in ("hostNetwork", "hostPID", "hostIPC")),
                   f"{name}: the pod is restricted", pod)
        known = {kind: {each for of, each in names if of == kind}
                 for kind in ("ConfigMap", "PersistentVolumeClaim", "ServiceAccount")}
        secrets = {each["secret"]["name"] for volume in pod["volumes"]
                   for each in volume.get("projected", {}).get("sources", [])}
        self.check(secrets == ({"plimsoll-store", name} if thing["kind"] == "Deployment" else set()),
                   f"{name}: no secret of another role", secrets)
        for volume in pod["volumes"]:
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            config = volume.get("configMap", {}).get("name")
            self.check((not claim or claim in known["PersistentVolumeClaim"])
                       and (not config or config in known["ConfigMap"]) and "hostPath" not in volume,
                       f"{name}: volume {volume['name']} exists")
        self.check(pod["serviceAccountName"] in known["ServiceAccount"], f"{name}: its account")
        for container in pod["containers"]:
            self.check_container(name, container, {volume["name"] for volume in pod["volumes"]},
                                 thing["kind"] == "Deployment")

    def check_container(self, name, container, volumes, is_server):
        walls = container["securityContext"]
        self.check(walls["allowPrivilegeEscalation"] is False and walls["readOnlyRootFilesystem"]
                   and walls["capabilities"] == {"drop": ["ALL"]} and not walls.get("privileged"),
                   f"{name}: the container has nothing", walls)
        resources = container["resources"]
        self.check({"cpu", "memory"} <= set(resources["requests"]) and "memory" in resources["limits"],
                   f"{name}: resources")
        self.check(not is_server or {"livenessProbe", "readinessProbe"} <= set(container),
                   f"{name}: probes")
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        self.check(mounted == volumes, f"{name}: what is mounted is there, and the other way round",
                   mounted ^ volumes)
        self.accepts(name, container["args"], [each["name"] for each in container["env"]])

    def check_selectors(self, things, labels):
        for thing in things:
            spec = thing.get("spec", {})
            selector = {"Service": spec.get("selector"),
                        "PodDisruptionBudget": spec.get("selector", {}).get("matchLabels"),
                        "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels")
                        }.get(thing["kind"])
            if selector:
                self.check(any(selector.items() <= each.items() for each in labels),
                           f"{thing['kind']} {thing['metadata']['name']}: selects somebody", selector)

    def check_ports(self, things, api):
        ports = {port["name"]: port["containerPort"] for port in api["ports"]}
        listens = api["args"][api["args"].index("--listen") + 1]
        self.check(listens.endswith(f":{ports['https']}"), "kubernetes: the port that it listens on")
        for thing in things:
            if thing["kind"] == "Service":
                self.check(all(port["targetPort"] in ports for port in thing["spec"]["ports"]),
                           "kubernetes: the service's port exists")
        for probe in ("livenessProbe", "readinessProbe"):
            self.check(api[probe]["httpGet"]["port"] in ports
                       and api[probe]["httpGet"]["scheme"] == "HTTPS", f"kubernetes: {probe}")


def main():
    if not yaml:
        skip(NAME, "python3-yaml is absent")
    deploy = Deploy(*sys.argv[1:])
    deploy.test_units()
    deploy.test_compose()
    deploy.test_kubernetes()
    deploy.finish()


if __name__ == "__main__":
    main()
