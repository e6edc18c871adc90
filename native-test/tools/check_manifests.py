"""Checks what a cluster would say only when it is applied: python3 check_manifests.py FILE…

References between parts (volumes, labels), and the rules of Kubernetes that concern mounts. Prints each fault, and
fails if there is one.
"""

import sys

import yaml

faults = []


def require(condition, where, what):
    if not condition:
        faults.append(f"{where}: {what}")


def check_pod(where, spec):
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    require(len(volumes) == len(spec.get("volumes", [])), where, "two volumes have one name")
    containers = spec.get("initContainers", []) + spec["containers"]
    require(len({c["name"] for c in containers}) == len(containers), where, "two containers have one name")
    used = set()
    for container in containers:
        check_container(f"{where}, {container['name']}", container, volumes, used)
    require(used == set(volumes), where, f"nobody uses the volumes {set(volumes) - used}")


def check_container(where, container, volumes, used):
    require("image" in container, where, "has no image")
    for field in ("command", "args"):
        require(all(isinstance(word, str) for word in container.get(field, [])), where, f"{field} are not all strings")
    for mount in container.get("volumeMounts", []):
        used.add(mount["name"])
        require(mount["name"] in volumes, where, f"there is no volume {mount['name']}")
        require(mount["mountPath"].startswith("/"), where, f"{mount['mountPath']} is not absolute")
        propagation = mount.get("mountPropagation", "None")
        require(propagation in ("None", "HostToContainer", "Bidirectional"), where, f"there is no {propagation}")
        privileged = container.get("securityContext", {}).get("privileged", False)
        require(propagation != "Bidirectional" or privileged, where, "Bidirectional is for privileged containers alone")
    for probe in ("readinessProbe", "startupProbe", "livenessProbe"):
        if probe in container:
            require(container[probe]["exec"]["command"], where, f"{probe} runs nothing")
    for variable in container.get("env", []):
        require(isinstance(variable.get("value", ""), str), where, f"{variable['name']} is not a string")


def check(where, manifest):
    kind = manifest["kind"]
    require(manifest["metadata"]["name"], where, "has no name")
    if kind == "DaemonSet":
        require(manifest["apiVersion"] == "apps/v1", where, "a DaemonSet is of apps/v1")
        template = manifest["spec"]["template"]
        labels = template["metadata"]["labels"]
        wanted = manifest["spec"]["selector"]["matchLabels"]
        require(wanted and wanted.items() <= labels.items(), where, "the selector does not match the template's labels")
        check_pod(where, template["spec"])
    elif kind == "Pod":
        require(manifest["apiVersion"] == "v1", where, "a Pod is of v1")
        check_pod(where, manifest["spec"])
    else:
        require(False, where, f"a {kind} is not checked here")


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for document in yaml.safe_load_all(file):
            check(f"{name}, {document['kind']} {document['metadata']['name']}", document)
print("\n".join(faults))
sys.exit(1 if faults else 0)
