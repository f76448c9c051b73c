"""What of the public surface has no row in the test of any number, and why."""

from __future__ import annotations

#: Rows that take seconds an example, and so wait for `make soak`.
WAITING = {
    "choose.interval_of", "choose.best_against_steps", "choose.best_in_worst_case", "choose.fewest_steps",
    "choose.recommend", "tuning.tune",
}  # fmt: skip
#: By the reason.
ELSEWHERE = {
    "tables, numbers and types": """
        FEWEST_RUNS LOSSES METHODS NOISES SCHEDULES SILENT experiments.PROBLEMS expression.CONSTANTS
        expression.FUNCTIONS expression.MAX_LENGTH expression.SENTENCES losses.FINITE_SUMS losses.IntArray
        losses.Window methods.NU_RULES methods.Parts methods.State networks.EVERY probe.SENTENCES
        schedules.START_FIELDS schedules.Verdict""",
    "protocols, which others fulfil": """
        LinearMethod Loss Method Monitor Noise eigenvalues.Spectrum losses.FiniteSum methods.Corrected
        methods.Gradients methods.Oracle schedules.Family""",
    "words for what was found": """
        ParameterError Regime choose.CallNote choose.Change choose.LeftOut choose.Reach data.DataError
        data.NotBundledError
        experiments.SweepError expression.ExpressionError expression.Fault losses.Growth losses.NoMinimumError
        modes.Damping probe.ProbeError probe.Unknown progress.Cancelled schedules.Subject schedules.Why
        resource_files.ResourceError""",
    "answers of functions that have rows; what they are made of is not checked again": """
        Chunk Conjecture MeasuredRate RunStatistics StationaryMeans Sweep TimeMeans Trajectory choose.Call
        choose.Comparison choose.Fewest choose.Front choose.HeldLoss choose.Interval choose.LossAgainstSteps
        choose.MomentumAxis choose.Named choose.Outcome choose.Position choose.Recommendation choose.Robust
        choose.Schedule choose.StepsToTarget choose.Valley compare.Basins compare.Comparison compare.Outcome
        expression.Formula expression.Tree lanczos.Lanczos method_batch.StepRecords methods.Step modes.LimitingRoot
        networks.Evaluation networks.Record networks.Stretch probe.CurveFit probe.Plateau schedules.Bounds
        schedules.Condition schedules.Order schedules.Reason schedules.Theorem""",
    "inner parts, which take what their callers have checked": """
        checks.to_unit_size checks.symmetric_modes checks.where gradients.GradientStream linear.LinearEngine
        loop_stepper.LoopStepper
        loop_stepper.QHMCells losses.draw_batches method_batch.MethodBatch method_batch.MethodBatchStepper
        methods.qhm_update quadratic_runs.QuadraticRuns quadratic_runs.steps_and_strides
        minibatch.feedback minibatch.second_moments minibatch_modes.affine_map minibatch_modes.whole_map
        noise.DrawnNoise optimum.best_gap run_statistics.first_divergence scheduled.ScheduleStepper
        solving.solve_falling spectrum.spectral_gap spectrum.stability_bound stationary.require_point
        weights.flip_weight weights.own_weight conversions.Conversions converted.Converted converted.clean
        converted.momentum_of newer_conversions.NewerConversions accelerated_conversions.AcceleratedConversions
        minibatch.SecondMoments sheared.Sheared sheared.sheared""",
    "take no number of their own": """
        NoNoise Declared check_declared declared declared_fields declared.title_of declared_parameters.declared_alpha
        declared_parameters.declared_beta declared_parameters.declared_nu checks.as_floats checks.is_infinity
        checks.require_shapes
        checks.require_size checks.show_range checks.show_value eigenvalues.Nodes eigenvalues.OfLoss
        gradients.noise_on losses.growth_of method_batch.Lane methods.nu_follows_beta methods.tied_fields
        networks.agreement networks.forget_runs networks.known_record probe.rivals progress.SilentMonitor
        progress.require_going_on schedules.keeping schedules.leads_to_one schedules.shape_fields schedules.worst
        linear.in_reach""",
    "texts: tests/math/test_expression.py and test_typed.py": """
        expression.parse expression.read_somewhere""",
    "files, and what is made of them: tests/gui/test_hostile_files.py, tests/math/test_sweep_file.py": """
        data.ImageSet data.digits data.folder_of_images data.load_images
        experiments.SweepFile experiments.SweepMap experiments.SweepResult
        experiments.as_csv experiments.as_npz experiments.cell_table experiments.load_sweep experiments.map_of
        experiments.Expected experiments.SweepGrid experiments.check_images experiments.grid_of
        experiments.mean_curve experiments.measure_noise experiments.open_grid
        experiments.resumed
        probe.from_bytes resource_files.check_resources resource_files.resource_bytes
        resource_files.resource_text""",
    "training of models, with settings that have a row": """
        experiments.InProcess experiments.ProblemRow experiments.completed experiments.facts experiments.image_facts
        experiments.make_task experiments.prepare experiments.processes experiments.run_sweep experiments.scheduler
        experiments.usable_cores
        kept_folder.keep_in kept_folder.kept_folder kept_folder.mark_newest kept_folder.oldest_first
        kept_folder.written_at
        experiments.sweep_here experiments.LocalNoise experiments.as_map experiments.expected_cells
        experiments.forget_sweep experiments.known_sweep experiments.local_noise_of""",
}
