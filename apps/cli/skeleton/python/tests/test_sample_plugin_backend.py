"""python3 -m unittest discover -s python -t python"""

import unittest

from sample_plugin_backend import SamplePlugin


class Greeting(unittest.TestCase):
    def test_greets_whoever_asks(self):
        self.assertEqual(SamplePlugin().greet("Ada")["greeting"], "Hello, Ada!")

    def test_greets_as_it_is_configured(self):
        plugin = SamplePlugin()
        plugin.connect({"greeting": "Good morning"})
        self.assertEqual(plugin.greet()["greeting"], "Good morning, world!")


if __name__ == "__main__":
    unittest.main()
