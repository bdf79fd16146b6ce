"""The explorers that the notebooks show: controls, live figures, and the state in words."""

from mobilenet_lab.explorers.bottleneck import Bottleneck
from mobilenet_lab.explorers.convolution import Convolution
from mobilenet_lab.explorers.design_review import DesignReview
from mobilenet_lab.explorers.filters import Filters
from mobilenet_lab.explorers.manifold import ReluManifold
from mobilenet_lab.explorers.one_family import Drawing, LayerByLayer
from mobilenet_lab.explorers.one_layer import OneLayer
from mobilenet_lab.explorers.receptive_field import ReceptiveField
from mobilenet_lab.explorers.reconcile import Reconciliation
from mobilenet_lab.explorers.released import Released
from mobilenet_lab.explorers.side_by_side import SideBySide
from mobilenet_lab.explorers.through import ThroughTheNetwork
from mobilenet_lab.explorers.tour import Tour
from mobilenet_lab.explorers.train_your_own import TrainYourOwn
from mobilenet_lab.explorers.width_resolution import WidthAndResolution

__all__ = [
    "Bottleneck",
    "Convolution",
    "DesignReview",
    "Drawing",
    "Filters",
    "LayerByLayer",
    "OneLayer",
    "ReceptiveField",
    "Reconciliation",
    "Released",
    "ReluManifold",
    "SideBySide",
    "ThroughTheNetwork",
    "Tour",
    "TrainYourOwn",
    "WidthAndResolution",
]
