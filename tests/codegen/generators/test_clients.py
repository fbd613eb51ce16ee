"""Generated clients, listers and informers at work, against the fake's API server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kube.client
from codegen.generators.client_classes import MEMBERS, RESOURCE_CLIENT
from kube.api.autoscaling.v1 import Scale
from kube.api.meta.v1 import ObjectMeta
from kube.applyconfiguration.autoscaling.v1 import (
    ScaleApplyConfiguration,
    ScaleSpecApplyConfiguration,
)
from kube.cache import SharedInformerFactory, UnknownResourceError
from kube.client import ResourceClient
from kube.client.transport import Response
from kube.runtime import GroupVersionKind, GroupVersionResource
from kube.runtime.errors import ConflictError, NotFoundError

ROOT = Path(__file__).parents[3]


class Shop:
    """The modules of the golden project `clients_of_two_groups_and_three_versions`."""

    def __init__(self) -> None:
        self.orders = import_module("shop.orders.v1.types")
        self.beta = import_module("shop.orders.v1beta1.types")
        self.parts = import_module("shop.parts.v1alpha1.types")
        self.fake = import_module("shop.clientset.versioned.fake")
        self.informers = import_module("shop.informers.externalversions")

    def order(self, name: str, *items: str) -> Any:
        spec = self.orders.OrderSpec(items=list(items))
        return self.orders.Order(metadata=ObjectMeta(name=name, namespace="eu"), spec=spec)


@pytest.fixture
def shop(projects: Path) -> Shop:
    return Shop()


@pytest.fixture
def verbs(projects: Path) -> ModuleType:
    return import_module("verbs.clientset.versioned.fake")


def test_a_clientset_leads_by_group_and_version_to_typed_clients(shop: Shop) -> None:
    clients = shop.fake.FakeClientset()
    orders = clients.orders_v1.orders("eu")
    created = orders.create(shop.order("first", "nail"))
    assert type(created) is shop.orders.Order
    assert (created.api_version, created.kind) == ("orders.shop.example.com/v1", "Order")
    assert orders.get("first").spec.items == ["nail"]
    listed = clients.orders_v1.orders().list()
    assert type(listed) is shop.orders.OrderList
    assert [order.metadata.namespace for order in listed.items] == ["eu"]


async def test_the_async_clientset_is_the_same(shop: Shop) -> None:
    async with shop.fake.FakeAsyncClientset(shop.order("first")) as clients:
        assert (await clients.orders_v1.orders("eu").get("first")).metadata.name == "first"
        with pytest.raises(NotFoundError):
            await clients.orders_v1.orders("us").get("first")


def test_a_fake_begins_with_objects_as_they_are_given(shop: Shop) -> None:
    order = shop.order("first")
    order.status.shipped = True
    order.metadata.generation = 7
    stored = shop.fake.FakeClientset(order).orders_v1.orders("eu").get("first")
    assert stored.status.shipped
    assert stored.metadata.generation == 7
    assert order.kind == ""  # the caller's object is not touched


def test_a_fake_refuses_an_object_that_has_no_place(shop: Shop) -> None:
    with pytest.raises(ValueError, match=r"the Order 'lost' needs metadata\.namespace"):
        shop.fake.FakeClientset(shop.orders.Order(metadata=ObjectMeta(name="lost"), spec=None))


def test_two_fakes_may_share_a_server(shop: Shop) -> None:
    first = shop.fake.FakeClientset(shop.order("first"))
    second = shop.fake.FakeClientset(shop.order("second"), server=first.server)
    names = [o.metadata.name for o in first.orders_v1.orders("eu").list().items]
    assert names == ["first", "second"]
    assert second.server is first.server


def test_a_fake_has_real_conflicts(shop: Shop) -> None:
    orders = shop.fake.FakeClientset(shop.order("first")).orders_v1.orders("eu")
    mine, theirs = orders.get("first"), orders.get("first")
    theirs.spec.items = ["theirs"]
    orders.update(theirs)
    mine.spec.items = ["mine"]
    with pytest.raises(ConflictError):
        orders.update(mine)


def test_a_kind_with_a_status_client_keeps_its_status_apart(shop: Shop) -> None:
    orders = shop.fake.FakeClientset(shop.order("first")).orders_v1.orders("eu")
    order = orders.get("first")
    order.status.shipped = True
    assert not orders.update(order).status.shipped
    assert orders.update_status(order).status.shipped


def test_the_plural_in_paths_is_what_the_tags_say(shop: Shop) -> None:
    clients = shop.fake.FakeClientset()
    clients.orders_v1.warehouses().create(
        shop.orders.Warehouse(metadata=ObjectMeta(name="north"), city="Oslo")
    )
    action = clients.server.actions[-1]
    assert (action.verb, action.resource, action.namespace) == ("create", "depots", "")


def test_a_group_is_called_what_group_go_name_says(shop: Shop) -> None:
    clients = shop.fake.FakeClientset()
    proxies = clients.spare_parts_v1alpha1.http_proxies("eu")
    assert type(proxies).__name__ == "HTTPProxyClient"
    assert proxies.resource.plural == "httpproxies"


def test_the_scheme_knows_the_kinds_of_all_groups(shop: Shop) -> None:
    scheme = import_module("shop.clientset.versioned.scheme").scheme
    for cls, version in ((shop.orders.Order, "v1"), (shop.beta.Order, "v1beta1")):
        expected = GroupVersionKind("orders.shop.example.com", version, "Order")
        assert scheme.object_kind(cls) == expected
    assert scheme.type_for(
        GroupVersionKind("parts.shop.example.com", "v1alpha1", "HTTPProxyList")
    ) is (shop.parts.HTTPProxyList)


# --- verbs ----------------------------------------------------------------------------------------

ALL = {
    *("apply", "create", "delete", "delete_collection", "get", "list", "patch", "update", "watch"),
    *("apply_status", "update_status"),
}
STATUS = {"apply_status", "update_status"}


@pytest.mark.parametrize(
    ("accessor", "expected"),
    [
        ("everythings", ALL),
        ("read_onlies", {"get", "list", "watch"}),
        ("read_only_and_deletes", {"get", "list", "watch", "delete"}),
        ("create_and_gets", {"create", "get"}),
        ("skippings", ALL - {"watch", "patch", "delete_collection"}),
        ("no_verbs", set()),
        ("no_statuses", ALL - STATUS),
        ("status_onlies", {"update_status"}),
        ("statelesses", ALL - STATUS),
        ("inheriteds", ALL - STATUS),
        ("unlistables", {"create", "delete"}),
    ],
)
def test_a_client_has_the_verbs_that_its_tags_say(
    verbs: ModuleType, accessor: str, expected: set[str]
) -> None:
    client = getattr(verbs.FakeClientset().verbs_v1, accessor)()
    assert isinstance(client, ResourceClient)
    assert {verb for verb in ALL if hasattr(client, verb)} == expected


def test_only_kinds_that_can_be_listed_and_watched_have_informers(verbs: ModuleType) -> None:
    factory = import_module("verbs.informers.externalversions").SharedInformerFactory
    kinds = factory(verbs.FakeAsyncClientset()).verbs.v1
    assert hasattr(kinds, "read_onlies")
    assert not hasattr(kinds, "skippings")
    assert not hasattr(kinds, "no_verbs")
    assert import_module("verbs.listers.verbs.v1.no_verbs").NoVerbsLister


# --- extension methods and expansions -------------------------------------------------------------


def test_extension_methods_ask_for_the_subresource_and_answer_its_type(projects: Path) -> None:
    scale = import_module("methods.autoscaling.v1.types").Scale
    clients = import_module("methods.clientset.versioned.fake").FakeClientset()
    deployments = clients.methods_v1.deployments("eu")
    answer = Response(200, {}, b'{"kind":"Scale","replicas":3}')
    clients.server.reactors.append(lambda action: answer if action.subresource else None)
    assert deployments.get_scale("web") == scale(kind="Scale", replicas=3)
    assert type(deployments.update_scale("web", scale(replicas=3))) is scale
    assert type(deployments.patch_scale("web", {"replicas": 3})) is scale
    assert type(deployments.apply_scale("web", {"replicas": 3}, field_manager="me")) is scale
    asked = [(a.verb, a.subresource, a.name) for a in clients.server.actions]
    assert asked == [(verb, "scale", "web") for verb in ("get", "update", "patch", "patch")]


def test_a_fake_serves_methods_that_create_a_subresource(projects: Path) -> None:
    types = import_module("methods.v1.types")
    web = types.Deployment(metadata=ObjectMeta(name="web", namespace="eu"), size=2)
    clients = import_module("methods.clientset.versioned.fake").FakeClientset(web)
    deployments = clients.methods_v1.deployments("eu")
    request = types.TokenRequest(audience="api")
    assert deployments.create_token("web", request) == request
    with pytest.raises(NotFoundError):
        deployments.create_token("other", request)
    # What was asked is not stored.
    assert deployments.get("web").size == 2


def test_extension_methods_without_a_subresource_are_on_the_kind(projects: Path) -> None:
    types = import_module("methods.v1.types")
    clients = import_module("methods.clientset.versioned.fake").FakeClientset()
    deployments = clients.methods_v1.deployments("eu")
    made = deployments.import_(types.Deployment(metadata=ObjectMeta(name="web"), size=2))
    made.size = 4
    assert deployments.replace(made).size == 4
    assert deployments.describe("web").size == 4
    assert [d.metadata.name for d in deployments.list_all().items] == ["web"]


def test_a_hand_written_expansion_is_part_of_the_client_and_the_lister(projects: Path) -> None:
    plant = import_module("grown.v1.types").Plant
    fake = import_module("grown.clientset.versioned.fake").FakeClientset(
        plant(metadata=ObjectMeta(name="oak", namespace="eu"), height=1)
    )
    assert fake.grown_v1.plants("eu").grow("oak", 2).height == 3


async def test_a_listers_expansion_reaches_the_lister_of_a_namespace(projects: Path) -> None:
    plant = import_module("grown.v1.types").Plant
    fake = import_module("grown.clientset.versioned.fake").FakeAsyncClientset(
        *(
            plant(metadata=ObjectMeta(name=name, namespace=namespace), height=height)
            for name, namespace, height in (("oak", "eu", 1), ("ash", "eu", 2), ("elm", "us", 3))
        )
    )
    informers = import_module("grown.informers.externalversions")
    async with informers.SharedInformerFactory(fake) as factory:
        lister = factory.grown.v1.plants.lister
        await factory.wait_for_cache_sync()
        assert lister.tallest().metadata.name == "elm"
        europe = lister.namespace("eu")
        assert europe.tallest().metadata.name == "ash"
        assert europe.get("oak").height == 1
        with pytest.raises(NotFoundError):
            europe.get("elm")
        with pytest.raises(ValueError, match="reads the namespace 'eu', not 'us'"):
            europe.get("elm", "us")


# --- the runtime's classes ------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "Async"])
@pytest.mark.parametrize("name", MEMBERS)
def test_the_members_of_the_runtimes_classes_are_those_that_no_method_may_be_called(
    name: str, prefix: str
) -> None:
    base = getattr(kube.client, f"{prefix}{RESOURCE_CLIENT}")
    made = base(rest=None)
    own = {*dir(base), *vars(made), *get_annotations(base)}
    if name != RESOURCE_CLIENT:
        own = set(dir(getattr(kube.client, f"{prefix}{name}"))) - own
    assert {member for member in own if not member.startswith("_")} == MEMBERS[name]


def test_every_class_of_verbs_in_the_runtime_is_known() -> None:
    members = {name: getattr(kube.client, name) for name in kube.client.__all__}
    verbs = {
        name
        for name, member in members.items()
        if isinstance(member, type) and issubclass(member, ResourceClient)
    }
    assert verbs - {"DynamicResource"} == set(MEMBERS)


# --- informers ------------------------------------------------------------------------------------


async def test_a_factory_leads_to_informers_and_listers(shop: Shop) -> None:
    clients = shop.fake.FakeAsyncClientset(shop.order("first", "nail"))
    async with shop.informers.SharedInformerFactory(clients) as factory:
        orders = factory.orders.v1.orders
        assert orders.informer is factory.orders.v1.orders.informer
        added = []
        orders.informer.add_event_handler(on_add=lambda order: added.append(order.metadata.name))
        assert await factory.wait_for_cache_sync() == {shop.orders.Order: True}
        found = orders.lister.get("first", "eu")
        assert type(found) is shop.orders.Order
        assert orders.lister.namespace("eu").list() == [found]
        with pytest.raises(NotFoundError, match=r'orders\.orders\.shop\.example\.com "no"'):
            orders.lister.get("no", "eu")


async def test_for_resource_finds_an_informer_by_name(shop: Shop) -> None:
    factory = shop.informers.SharedInformerFactory(shop.fake.FakeAsyncClientset())
    gvr = GroupVersionResource("orders.shop.example.com", "v1", "depots")
    generic = factory.for_resource(gvr)
    assert generic.informer is factory.orders.v1.warehouses.informer
    with pytest.raises(UnknownResourceError):
        factory.for_resource(GroupVersionResource("", "v1", "nothings"))


def test_a_group_is_never_called_what_the_factory_itself_has(projects: Path) -> None:
    from codegen.generators.informer.generate import RESERVED

    factory = import_module("words.informers.externalversions").SharedInformerFactory
    assert factory.start is SharedInformerFactory.start
    assert hasattr(factory, "start_")
    clients = import_module("words.clientset.versioned.fake").FakeAsyncClientset()
    own = vars(SharedInformerFactory(clients)) | vars(SharedInformerFactory)
    assert {name for name in own if not name.startswith("_")} <= RESERVED


def test_kinds_named_like_words_have_clients(projects: Path) -> None:
    words = import_module("words.v1.types")
    clients = import_module("words.clientset.versioned.fake").FakeClientset()
    group = clients.some_words_v1
    for accessor in ("classes", "imports", "resources", "listers", "async_classes", "objects"):
        assert getattr(group, accessor)("eu").list().items == []
    made = group.resources("eu").create(words.Resource(metadata=ObjectMeta(name="a"), size=1))
    assert type(made) is words.Resource
    assert clients.core_v1.pods("eu").resource.path("eu") == "/api/v1/namespaces/eu/pods"
    assert clients.lambda_v2.resources("eu").list().items == []


def test_kinds_called_like_what_generated_code_uses_have_clients_and_informers(
    projects: Path,
) -> None:
    words = import_module("words.v1.types")
    fake = import_module("words.clientset.versioned.fake")
    clients = fake.FakeClientset().some_words_v1
    assert clients.rest_("eu").list().items == []
    assert clients.property_("eu").create(words.Attribute(metadata=ObjectMeta(name="a"))).size == 0
    assert clients.properties("eu").list().items == []
    informers = import_module("words.informers.externalversions").SharedInformerFactory(
        fake.FakeAsyncClientset()
    )
    assert informers.some_words.v1.properties.resource.kind == "Property"
    assert informers.some_words.v1.property_.resource.kind == "Attribute"


# --- imports --------------------------------------------------------------------------------------


def run_in_shop(projects: Path, program: str) -> None:
    """Run a program beside the golden projects; `under(x)` are the loaded modules below x."""
    under = (
        "import sys\n"
        "def under(package):\n"
        "    return sorted(m.removeprefix(package) for m in sys.modules if m.startswith(package))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", under + program],
        env={"PYTHONPATH": f"{projects}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_synchronous_program_imports_nothing_asynchronous(projects: Path) -> None:
    run_in_shop(
        projects,
        "from kube.client import Config\n"
        "from shop.clientset.versioned import Clientset\n"
        "Clientset.for_config(Config(server='http://localhost')).orders_v1.orders('eu')\n"
        "unwanted = {'asyncio', 'kube.client._async', 'kube.cache', 'kube.envtest'}\n"
        "assert not unwanted & sys.modules.keys(), unwanted & sys.modules.keys()\n",
    )


def test_importing_a_clientset_imports_no_group_no_types_and_no_transport(projects: Path) -> None:
    run_in_shop(
        projects,
        "from shop.clientset.versioned import AsyncClientset, Clientset\n"
        "assert under('shop.clientset.versioned.typed') == []\n"
        "assert under('shop.orders') == under('shop.parts') == []\n"
        "assert under('kube.client._sync.rest') == under('kube.client.http') == []\n"
        "assert not {'asyncio', 'ssl', 'socket'} & sys.modules.keys()\n",
    )


def test_a_clientset_imports_each_group_and_each_kind_when_it_is_asked_for(projects: Path) -> None:
    run_in_shop(
        projects,
        "from kube.client import Config\n"
        "from shop.clientset.versioned import Clientset\n"
        "clients = Clientset.for_config(Config(server='http://localhost'))\n"
        "group = clients.orders_v1\n"
        "typed = 'shop.clientset.versioned.typed.'\n"
        "assert under(typed) == ['orders', 'orders.v1', 'orders.v1.orders_client'], under(typed)\n"
        "assert under('shop.orders') == under('shop.parts') == []\n"
        "group.orders('eu')\n"
        "assert 'orders.v1.order' in under(typed)\n"
        "assert 'orders.v1.warehouse' not in under(typed)\n"
        "assert '.v1.types' in under('shop.orders'), under('shop.orders')\n"
        "assert under('shop.orders.v1beta1') == under('shop.parts') == []\n",
    )


def test_listers_and_informers_are_imported_kind_by_kind(projects: Path) -> None:
    run_in_shop(
        projects,
        "import shop.listers.orders.v1 as listers\n"
        "assert under('shop.listers.orders.v1.') == under('shop.orders') == []\n"
        "assert listers.OrderLister.__name__ == 'OrderLister'\n"
        "assert under('shop.listers.orders.v1.') == ['order']\n"
        "from kube.client import AsyncRESTClient, Config\n"
        "from shop.clientset.versioned import AsyncClientset\n"
        "from shop.informers.externalversions import SharedInformerFactory\n"
        "clients = AsyncClientset(AsyncRESTClient.for_config(Config(server='http://localhost')))\n"
        "informers = SharedInformerFactory(clients).orders.v1\n"
        "assert under('shop.informers.externalversions.orders.v1.') == []\n"
        "informers.orders\n"
        "assert under('shop.informers.externalversions.orders.v1.') == ['order']\n",
    )


def test_an_informer_found_by_name_imports_the_types_of_its_version_alone(projects: Path) -> None:
    run_in_shop(
        projects,
        "from kube.client import AsyncRESTClient, Config\n"
        "from kube.runtime import GroupVersionResource\n"
        "from shop.clientset.versioned import AsyncClientset\n"
        "from shop.informers.externalversions import SharedInformerFactory\n"
        "clients = AsyncClientset(AsyncRESTClient.for_config(Config(server='http://localhost')))\n"
        "factory = SharedInformerFactory(clients)\n"
        "factory.for_resource(GroupVersionResource('orders.shop.example.com', 'v1', 'orders'))\n"
        "assert under('shop.orders.v1beta1') == under('shop.parts') == []\n"
        "assert len(factory.resources) == len(list(factory.resources)) == 4\n"
        "assert under('shop.parts') != []\n",
    )


def test_a_package_of_lazy_names_has_no_others(projects: Path) -> None:
    listers = import_module("shop.listers.orders.v1")
    with pytest.raises(AttributeError, match=r"module 'shop.listers.orders.v1' has no attribute"):
        listers.Nothing  # noqa: B018


# --- scales ---------------------------------------------------------------------------------------


async def test_a_kind_of_yours_scales_by_the_scale_of_kubernetes(
    projects: Path, tmp_path: Path
) -> None:
    crds = tmp_path / "crds"
    run_in_shop(
        projects,
        "from codegen.cli import command_line\n"
        f"arguments = ['crd', '--root', {str(projects)!r}, '--input', 'flat/apis/v1']\n"
        "command_line()(arguments, standalone_mode=False)\n",
    )
    shutil.move(projects / "config" / "crd" / "bases", crds)
    flat = import_module("flat.apis.v1.types")
    fake = import_module("flat.clientset.fake")
    meta = ObjectMeta(name="a", namespace="eu")
    tile = flat.Tile(metadata=meta, spec=flat.TileSpec(replicas=2))
    clients = fake.FakeClientset(tile, crds=[crds])
    scale = clients.flat_v1.tiles("eu").get_scale("a")
    assert (type(scale), scale.spec.replicas) == (Scale, 2)
    scale.spec.replicas = 3
    assert clients.flat_v1.tiles("eu").update_scale("a", scale).spec.replicas == 3
    assert clients.flat_v1.tiles("eu").get("a").spec.replicas == 3
    tiles = fake.FakeAsyncClientset(server=clients.server).flat_v1.tiles("eu")
    applied = ScaleApplyConfiguration(spec=ScaleSpecApplyConfiguration(replicas=5))
    assert (
        await tiles.apply_scale("a", applied, field_manager="me", force=True)
    ).spec.replicas == 5
